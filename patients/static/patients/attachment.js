/**
 * A page that the server could not draw: the sentence stands where the picture would be. Without this module the words
 * of the picture stand there.
 */
const pictures = document.querySelectorAll(".attached__file img");
const sentence = document.querySelector("[data-not-drawn]");

function replace(picture) {
  if (picture.isConnected) picture.replaceWith(sentence.content.cloneNode(true));
}

for (const picture of pictures) {
  picture.addEventListener("error", () => replace(picture));
  if (picture.complete && picture.naturalWidth === 0) picture.src = picture.src; // it failed before anybody listened
}
