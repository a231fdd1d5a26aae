// Runs before the first paint, so that a chosen theme does not flash. "auto" (or nothing) follows the device.
const theme = localStorage.getItem("theme");
if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
