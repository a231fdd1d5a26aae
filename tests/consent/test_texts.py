"""Consent texts through the editor and the API: drafts, publishing and what it does, languages, and two managers at once."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from consent import actions, state
from consent.models import ConsentText
from practice.errors import Stale
from practice.models import User
from tests.cast import NOW, Cast, api_as, make_cast, page_as
from tests.consent.test_text_form import posted
from tests.races import at_once, kinds, on_postgresql
from tests.world import give_consent, load_content, publish_text

DAY = timedelta(days=1)


@pytest.fixture
def text(cast: Cast) -> ConsentText:
    load_content()
    return publish_text(cast)


@pytest.fixture
def draft(cast: Cast, text: ConsentText) -> ConsentText:
    return actions.next_version(pk=text.pk, by=cast.anna)


def words(row):
    return {name: getattr(row, name) for name in ("title", "sections", "risks", "scope_items")}


def through_the_page(user, draft, values, version=1):
    form = posted(words(draft) | values) | {"version": version, "act": "save"}
    answer = page_as(user).post(f"/consent/texts/{draft.pk}/edit", form)
    if answer.status_code == 422:
        return answer.context["problems"]
    return {302: "saved", 409: "stale", 403: "forbidden", 404: "unknown"}[answer.status_code]


def through_the_api(user, draft, values, version=1):
    answer = api_as(user).patch(
        f"/api/v1/consent-texts/{draft.pk}", values, format="json", headers={"If-Match": f'"{version}"'}
    )
    if answer.status_code == 400:
        return {e["field"]: e["message"] for e in answer.json()["errors"]}
    return {200: "saved", 412: "stale", 403: "forbidden", 404: "unknown"}[answer.status_code]


WAYS = pytest.mark.parametrize("write", [through_the_page, through_the_api], ids=["page", "api"])


@WAYS
@pytest.mark.parametrize(
    ("who", "outcome"), [("anna", "saved"), ("ben", "forbidden"), ("dana", "forbidden"), ("olga", "forbidden")]
)
def test_a_manager_writes_in_a_draft(write, who, outcome, cast, draft):
    assert write(cast.person(who), draft, {"title": "New words"}) == outcome
    assert ConsentText.objects.get(pk=draft.pk).title == ("New words" if outcome == "saved" else draft.title)


@WAYS
def test_a_stranger_finds_nothing(write, cast, draft):
    User.objects.filter(pk=cast.zoe.pk).update(is_manager=True)
    assert write(User.objects.get(pk=cast.zoe.pk), draft, {"title": "x"}) == "unknown"


@WAYS
def test_a_text_that_somebody_else_changed_is_not_written_over(write, cast, draft):
    actions.change_text(pk=draft.pk, values={"title": "Theirs"}, by=cast.anna, version=1)

    assert write(cast.anna, draft, {"title": "Mine"}, version=1) == "stale"
    assert ConsentText.objects.get(pk=draft.pk).title == "Theirs"


@WAYS
def test_the_same_sentence_beside_the_same_field(write, cast, draft):
    twice = [*draft.risks, draft.risks[0]]
    said = "soreness is there twice. Give each its own key."
    assert write(cast.anna, draft, {"risks": twice}) == {"risks.0.key": said, f"risks.{len(twice) - 1}.key": said}


def test_the_conflict_shows_both_and_saving_again_is_a_decision(cast, draft):
    client, path = page_as(cast.anna), f"/consent/texts/{draft.pk}/edit"
    actions.change_text(pk=draft.pk, values={"title": "Theirs"}, by=cast.anna, version=1)
    page = client.post(path, posted(words(draft) | {"title": "Mine"}) | {"version": 1})

    shown = page.content.decode()
    assert (page.status_code, 'value="Mine"' in shown, "Theirs" in shown, "Anna Kovač saved this draft" in shown) == (
        409,
        True,
        True,
        True,
    )
    assert (
        client.post(path, posted(words(draft) | {"title": "Mine"}) | {"version": page.context["version"]}).status_code
        == 302
    )
    assert [h.title for h in draft.history.order_by("history_id")] == [draft.title, "Theirs", "Mine"]


def test_buttons_of_the_editor_save_nothing_and_keep_what_was_typed(cast, draft):
    form = posted(words(draft) | {"title": "Typed"}) | {"version": 1, "act": "add:risk"}
    page = page_as(cast.anna).post(f"/consent/texts/{draft.pk}/edit", form)

    assert (page.status_code, len(page.context["form"]["risks"])) == (200, len(draft.risks) + 1)
    assert 'value="Typed"' in page.content.decode()
    assert ConsentText.objects.get(pk=draft.pk).version == 1


def test_the_preview_shows_what_is_typed_and_what_is_missing(cast, draft):
    page = page_as(cast.anna).post(
        f"/consent/texts/{draft.pk}/preview", posted(words(draft) | {"title": "<b>T</b>", "risks": []})
    )

    assert "&lt;b&gt;T&lt;/b&gt;" in page.content.decode()
    assert "Name the risks: a consent without them is none." in page.content.decode()


@pytest.mark.parametrize("part", ["title", "sections", "risks"])
def test_odd_names_of_the_form_are_no_fault(cast, draft, part):
    form = posted(words(draft)) | {
        "version": "²",
        f"{part}-0": "x",
        "section-9999-body": "x",
        "risk-٣-label": "y",
        "act": "up:risk:٣",
    }
    assert page_as(cast.anna).post(f"/consent/texts/{draft.pk}/edit", form).status_code == 200


PUBLISHED = [
    lambda c, t: page_as(c.anna).post(f"/consent/texts/{t.pk}/edit", posted(words(t)) | {"version": 1}).status_code,
    lambda c, t: page_as(c.anna).get(f"/consent/texts/{t.pk}/edit").status_code,
    lambda c, t: page_as(c.anna).post(f"/consent/texts/{t.pk}/publish").status_code,
    lambda c, t: (
        api_as(c.anna)
        .patch(f"/api/v1/consent-texts/{t.pk}", {"title": "x"}, format="json", headers={"If-Match": '"1"'})
        .status_code
    ),
    lambda c, t: api_as(c.anna).post(f"/api/v1/consent-texts/{t.pk}/publish", {}, format="json").status_code,
]


@pytest.mark.parametrize(("act", "status"), list(zip(PUBLISHED, [302, 302, 302, 409, 409], strict=True)))
def test_published_words_change_through_nobody(act, status, cast, text):
    before = ConsentText.objects.filter(pk=text.pk).values().get()

    assert act(cast, text) == status
    assert ConsentText.objects.filter(pk=text.pk).values().get() == before


@pytest.mark.parametrize(
    "column",
    ["title", "sections", "risks", "scope_items", "published_at", "language", "reconsent_required", "text_version"],
)
def test_the_database_itself_keeps_published_words(column, text):
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute(f"UPDATE consent_consenttext SET {column} = {column}")


def publish(user, pk, again):
    form = {"version": ConsentText.objects.get(pk=pk).version} | ({"reconsent_required": "yes"} if again else {})
    return page_as(user).post(f"/consent/texts/{pk}/publish", form).status_code


def publish_by_api(user, pk, again):
    return {200: 302}.get(
        code := api_as(user)
        .post(f"/api/v1/consent-texts/{pk}/publish", {"reconsent_required": again}, format="json")
        .status_code,
        code,
    )


@pytest.mark.parametrize("way", [publish, publish_by_api])
@pytest.mark.parametrize("again", [True, False])
def test_asking_again_takes_every_older_consent_out_of_force(way, again, cast, text, draft):
    now = timezone.now()
    give_consent(cast.siobhan, text, cast.anna, at=now - DAY)
    assert state.patients_to_ask_again(draft, at=now) == 1

    assert way(cast.anna, draft.pk, again) == 302
    covered = state.coverage_now(cast.siobhan, at=timezone.now())["general"]
    assert (covered.in_force, covered.why) == ((False, "superseded") if again else (True, ""))
    fresh = give_consent(cast.siobhan, ConsentText.objects.get(pk=draft.pk), cast.anna, at=timezone.now())
    assert state.coverage_now(cast.siobhan, at=timezone.now())["general"].consent == fresh.pk


def test_the_page_says_how_many_before_it_is_done(cast, text, draft):
    now = timezone.now()
    give_consent(cast.siobhan, text, cast.anna, at=now - DAY)
    page = page_as(cast.anna).get(f"/consent/texts/{draft.pk}/publish").content.decode()

    assert "the consent of 1 patient falls out of force at once" in page
    assert api_as(cast.anna).get(f"/api/v1/consent-texts/{draft.pk}/effect").json() == {"patients": 1}


@pytest.mark.parametrize("change", ["refused", "withdrawn", "expired", "other language"])
def test_only_consents_that_stand_are_counted(change, cast, text, draft):
    now = timezone.now()
    if change == "other language":
        text = actions.publish_text(
            pk=actions.next_version(pk=text.pk, by=cast.anna, language="vi").pk, by=cast.anna, at=now - 2 * DAY
        )
    general = "refused" if change == "refused" else "given"
    at = now - (400 * DAY if change == "expired" else DAY)
    given = give_consent(cast.siobhan, text, cast.anna, at=at, general=general, thorax_neck="refused")
    if change == "withdrawn":
        actions.withdraw(consent_pk=given.pk, scope="general", reason="", by=cast.anna, at=now)

    assert state.patients_to_ask_again(draft, at=now) == 0


def test_an_unfinished_text_is_refused_with_everything_that_is_missing(cast, draft):
    actions.change_text(pk=draft.pk, values={"risks": [], "scope_items": []}, by=cast.anna, version=1)
    problem = api_as(cast.anna).post(f"/api/v1/consent-texts/{draft.pk}/publish", {}, format="json").json()

    assert (problem["code"], [e["field"] for e in problem["errors"]]) == ("text_not_finished", ["risks", "scope_items"])
    page = page_as(cast.anna).get(f"/consent/texts/{draft.pk}/publish").content.decode()
    assert all(e["message"] in page for e in problem["errors"])


def test_a_version_older_than_the_one_in_use_is_not_published_any_more(cast, text, draft):
    newer = actions.next_version(pk=text.pk, by=cast.anna)
    actions.publish_text(pk=newer.pk, by=cast.anna, at=NOW)

    with pytest.raises(actions.NewerPublished):
        actions.publish_text(pk=draft.pk, by=cast.anna, at=NOW)


def test_what_was_not_read_is_not_published(cast, draft):
    actions.change_text(pk=draft.pk, values={"title": "Changed meanwhile"}, by=cast.anna, version=1)
    page = page_as(cast.anna).post(f"/consent/texts/{draft.pk}/publish", {"version": 1})
    api = api_as(cast.anna).post(
        f"/api/v1/consent-texts/{draft.pk}/publish", {}, format="json", headers={"If-Match": '"1"'}
    )

    assert (page.status_code, api.status_code) == (409, 412)
    assert ConsentText.objects.get(pk=draft.pk).published_at is None


def test_a_patch_whose_answer_was_lost_may_be_sent_again(cast, draft):
    anna, path = api_as(cast.anna), f"/api/v1/consent-texts/{draft.pk}"
    first = anna.patch(path, {"title": "Once"}, format="json", headers={"If-Match": '"1"'})
    again = anna.patch(path, {"title": "Once"}, format="json")

    assert (first["ETag"], again.status_code, again["ETag"]) == ('"2"', 200, '"2"')
    assert anna.patch(path, {"title": "Other"}, format="json").status_code == 428


@pytest.mark.parametrize(("body", "field"), [
    ({"language": "vi"}, "language"), ({"language": "english"}, "language"), ({"title": ""}, "title"), ({"risks": "x"}, "risks"),
    ({"sections": [{"key": "a"}]}, "sections.0.heading"), ({"scope_items": [{"key": "moon", "label": "x"}]}, "scope_items.0.key"),
    ({"published_at": "x", "words": 1}, "words"), ({"title": "\x00"}, "title"), ({"reconsent_required": "yes"}, "reconsent_required"),
])  # fmt: skip
def test_bad_drafts_are_named_and_nothing_changes(cast, draft, body, field):
    answer = api_as(cast.anna).patch(
        f"/api/v1/consent-texts/{draft.pk}", body, format="json", headers={"If-Match": '"1"'}
    )

    assert (answer.status_code, ConsentText.objects.get(pk=draft.pk).version) == (400, 1)
    assert field in [e["field"] for e in answer.json()["errors"]]


def test_the_page_of_the_patient_offers_what_is_published_and_takes_the_newest_of_the_chosen_language(
    cast, text, draft
):
    translated = actions.next_version(pk=text.pk, by=cast.anna, language="vi")
    actions.change_text(pk=translated.pk, values={"title": "Đồng ý châm kim khô"}, by=cast.anna, version=1)
    client, path = page_as(cast.anna), f"/consent/patient/{cast.siobhan.pk}/take"
    assert "Tiếng Việt" not in client.get(path).content.decode()

    actions.publish_text(pk=translated.pk, by=cast.anna, at=NOW)
    assert client.get(path).context["text"].language == "en"
    page = client.get(f"{path}?language=vi")
    assert (page.context["text"], 'lang="vi"' in page.content.decode()) == (translated, True)
    assert client.get(f"{path}?language=xx").context["text"].language == "en"

    form = {
        "language": "vi",
        "text": str(translated.pk),
        "scope_general": "given",
        "method": "verbal",
        "witness": "Ben",
    }
    assert client.post(path, form).status_code == 302
    assert cast.siobhan.consents.get().text == translated


def test_nobody_signs_words_that_were_not_on_the_screen(cast, text, draft):
    client, path = page_as(cast.anna), f"/consent/patient/{cast.siobhan.pk}/take"
    strokes = json.dumps(
        {"width": 600, "height": 200, "strokes": [[{"x": 10, "y": 20, "t": 0}, {"x": 110, "y": 60, "t": 20}]]}
    )
    form = {
        "text": str(text.pk),
        "language": "en",
        "scope_general": "given",
        "questions": "Swim?",
        "signature": strokes,
    }
    actions.publish_text(pk=draft.pk, by=cast.anna, at=NOW)
    page = client.post(path, form)

    shown = page.content.decode()
    assert (page.status_code, cast.siobhan.consents.count()) == (422, 0)
    assert "The text was changed while this page was open." in shown
    assert "Swim?" in shown
    assert "strokes" not in shown
    assert client.post(path, form | {"text": str(draft.pk)}).status_code == 302


def test_a_program_cannot_take_consent_with_a_replaced_text(cast, text, draft):
    actions.publish_text(pk=draft.pk, by=cast.anna, at=NOW - DAY)
    body = {
        "patient": str(cast.siobhan.pk),
        "text": str(text.pk),
        "decisions": {"general": "given"},
        "method": "verbal",
        "witness": "B",
    }
    answer = api_as(cast.anna).post("/api/v1/consents", body, format="json")
    said = [(e["field"], e["message"]) for e in answer.json()["errors"]]
    assert said == [("text", "Version 2 replaced this text on 23 Nov 2026. Read that version, then consent.")]

    before = body | {"given_at": (NOW - 2 * DAY).isoformat()}
    assert api_as(cast.anna).post("/api/v1/consents", before, format="json").status_code == 201


def test_without_a_text_the_page_says_what_to_do(cast):
    page = page_as(cast.dana).get(f"/consent/patient/{cast.siobhan.pk}/take")

    assert page.status_code == 404
    assert "There is no consent text yet" in page.content.decode()


@pytest.mark.parametrize("language", ["xx", "en-AU", "../", "v" * 500])
def test_only_languages_of_the_list_are_begun(cast, text, language):
    page = page_as(cast.anna).post(f"/consent/texts/{text.pk}/next", {"language": language}, follow=True)

    assert "Choose one of the languages of the list." in page.content.decode()
    assert ConsentText.objects.count() == 1


# ---- two managers at once (PostgreSQL shows what SQLite serialises) --------------------------------------------------
@pytest.fixture
def committed(transactional_db):
    cast = make_cast()
    text = publish_text(cast)
    return cast, text, actions.next_version(pk=text.pk, by=cast.anna)


@on_postgresql
def test_two_managers_at_once_lose_no_word(committed):
    cast, _, draft = committed
    works = [
        lambda t=title: actions.change_text(pk=draft.pk, values={"title": t}, by=cast.anna, version=1).title
        for title in "AB"
    ]
    answers = at_once(works, refusals=(Stale,))

    stored = ConsentText.objects.get(pk=draft.pk)
    assert [answer for answer in answers if not isinstance(answer, Stale)] == [stored.title]
    assert stored.version == 2


@on_postgresql
def test_two_new_versions_at_once_have_numbers_of_their_own(committed):
    cast, text, _ = committed
    answers = at_once([lambda: actions.next_version(pk=text.pk, by=cast.anna).text_version] * 3)

    assert sorted(answers) == [3, 4, 5]


@on_postgresql
def test_of_two_who_publish_at_once_the_newer_version_is_in_use(committed):
    cast, text, older = committed
    newer = actions.next_version(pk=text.pk, by=cast.anna)
    first, second = at_once(
        [
            lambda pk=pk: actions.publish_text(pk=pk, by=cast.anna, at=timezone.now()).text_version
            for pk in (older.pk, newer.pk)
        ],
        refusals=(actions.NewerPublished,),
    )

    assert second == 3
    assert first == 2 or isinstance(first, actions.NewerPublished)
    assert state.texts_in_use(cast.home)["en"].pk == newer.pk


@on_postgresql
def test_the_same_draft_is_published_once(committed):
    cast, _, draft = committed
    works = [lambda: actions.publish_text(pk=draft.pk, by=cast.anna, at=timezone.now()).text_version] * 2
    answers = at_once(works, refusals=(actions.AlreadyPublished,))

    assert kinds(answers) == ["AlreadyPublished", "int"]
    assert draft.history.filter(history_type="~").count() == 1
