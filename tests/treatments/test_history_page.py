"""The history of a session as people read it, a version as it was then, and the signed page that leads there."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from practice.identifiers import new_id
from practice.models import AccessEntry
from tests.cast import NOW, make_patient, page_as
from tests.world import World, a_site, give_consent, session_values, sign, start
from treatments import actions, findings
from treatments.models import NeedlingSession


def read(world: World, path: str, who: str = "anna") -> str:
    """The words of a page, white space made plain."""
    answer = page_as(world.cast.person(who)).get(path)
    assert answer.status_code == 200
    return words(answer.content.decode())


def words(html: str) -> str:
    blocks = re.sub(r"</?(p|h[1-6]|d[dt]|dl|t[dhr]|li|div|br|span)\b[^>]*>", lambda tag: f" {tag[0]} ", html)
    return " ".join(unescape(strip_tags(blocks)).split())


def history(session: NeedlingSession) -> str:
    return reverse("treatments:history", args=[session.pk])


@pytest.fixture
def kept() -> dict:
    return a_site(id=new_id())


@pytest.fixture
def draft(world: World, kept: dict) -> NeedlingSession:
    return start(world.patient, world.cast.anna, sites=[kept], subjective="Calf ache for a week.")


def write(world: World, session: NeedlingSession, by: str = "anna", **more) -> NeedlingSession:
    values = session_values(world.cast.anna, **more)
    current = NeedlingSession.objects.get(pk=session.pk).version
    return actions.write_session(
        pk=session.pk, values=values, by=world.cast.person(by), at=NOW, version=current
    ).session  # fmt: skip


def test_the_history_says_what_changed_in_words(world, draft, kept):
    write(world, draft, sites=[kept | {"depth_mm": 30}, a_site(id=new_id(), side="right")], pain_before=6,
          subjective="Calf ache for two weeks.")  # fmt: skip
    page = page_as(world.cast.anna).get(history(draft)).content.decode()
    said = words(page)

    assert "Draft begun 2 saves" in said
    assert "Subjective Calf ache for removed: a week. added: two weeks." in said
    assert "Pain before added: 6/10" in said
    assert "Left soleus Depth was 25 mm → is 30 mm" in said
    assert "Right soleus Added Right soleus, active trigger point: deep pistoning 0.30 × 40 mm to 25 mm" in said
    assert str(kept["id"]) not in page


def test_a_group_shows_the_net_difference_and_every_save_inside(world, draft, kept):
    write(world, draft, sites=[kept], subjective="Calf ache for a week.", plan="Rest.")
    write(world, draft, sites=[kept], subjective="Calf ache for a week.", plan="")
    html = page_as(world.cast.anna).get(history(draft)).content.decode()
    net, _, single = html.partition("<details")
    assert "Plan" not in words(net)
    assert "Plan removed: Rest." in words(single)
    assert "Plan added: Rest." in words(single)


def test_text_of_people_is_shown_as_text(world, draft, kept):
    write(world, draft, sites=[kept], plan="<script>alert(1)</script> & <b>rest</b>")
    html = page_as(world.cast.anna).get(history(draft)).content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_lines_of_a_note_stay_lines(world, draft, kept):
    write(world, draft, sites=[kept], plan="Rest.\nHeat.")
    assert "Rest.<br>Heat." in page_as(world.cast.anna).get(history(draft)).content.decode()


def test_another_person_is_another_group(world, draft):
    actions.take_over_session(pk=draft.pk, reason="Anna is ill.", by=world.cast.ben, version=1)
    write(world, draft, by="ben", plan="Rest.")
    said = read(world, history(draft))
    assert said.index("Draft written") < said.index("Draft taken over") < said.index("Draft begun")
    assert "Reason added: Anna is ill." in said
    assert "Ben Adeyemi" in said


def test_an_old_version_is_clearly_old(world, draft, kept):
    write(world, draft, sites=[kept | {"depth_mm": 31}], subjective="Much better.")
    said = read(world, reverse("treatments:version", args=[draft.pk, 1]))
    assert "Old version 1: not what the record says now" in said
    assert "to 25 mm" in said
    assert "Calf ache for a week." in said
    assert "Much better." not in said


def test_the_newest_version_says_that_it_stands(world, draft):
    said = read(world, reverse("treatments:version", args=[draft.pk, 1]))
    assert "Version 1: as the record stands now" in said
    assert "Old version" not in said


@pytest.mark.parametrize("number", [0, 2, 2**31, 10**30])
def test_a_version_that_never_was_is_404(world, draft, number):
    assert page_as(world.cast.anna).get(f"/sessions/{draft.pk}/history/{number}").status_code == 404


@pytest.mark.parametrize("before", ["", "x", "0", "1", "-1", "²", "9" * 40, "2' OR 1=1"])
def test_an_odd_place_in_the_history_is_no_fault(world, draft, before):
    assert page_as(world.cast.anna).get(history(draft), {"before": before}).status_code == 200


@pytest.mark.parametrize("path", ["history", "history/1"])
@pytest.mark.parametrize(("who", "status"), [("ben", 200), ("olga", 200), ("dana", 403), ("zoe", 404)])
def test_who_reads_the_history(world, draft, path, who, status):
    assert page_as(world.cast.person(who)).get(f"/sessions/{draft.pk}/{path}").status_code == status


def test_reading_the_history_stands_in_the_access_log(world, draft):
    before = AccessEntry.objects.filter(record_id=draft.pk).count()
    read(world, history(draft), "ben")
    read(world, reverse("treatments:version", args=[draft.pk, 1]), "ben")
    assert AccessEntry.objects.filter(record_id=draft.pk, created_by=world.cast.ben).count() == before + 2


def test_the_signed_page_leads_to_the_history(world):
    html = page_as(world.cast.anna).get(reverse("treatments:session", args=[world.signed.pk])).content.decode()
    assert f'href="{history(world.signed)}"' in html
    assert f'href="{reverse("treatments:version", args=[world.signed.pk, 2])}"' in html


def test_the_page_of_a_draft_leads_to_the_history(world, draft):
    html = page_as(world.cast.ben).get(reverse("treatments:session", args=[draft.pk])).content.decode()
    assert f'href="{history(draft)}"' in html


# ---- after signing --------------------------------------------------------------------------------------------------


@pytest.fixture
def fresh(world: World) -> NeedlingSession:
    """Signed a minute ago."""
    return sign(start(world.patient, world.cast.anna), world.cast.anna, at=timezone.now() - timedelta(minutes=1))


def signed_page(world: World, session: NeedlingSession, who: str = "anna") -> str:
    return read(world, reverse("treatments:session", args=[session.pk]), who)


def local(world: World, at) -> str:
    return f"{timezone.localtime(at, world.cast.home.zone):%H:%M}"


def test_a_fresh_signature_says_so_with_what_was_done_and_what_comes_next(world, fresh):
    said = signed_page(world, fresh)
    assert f"Signed {local(world, fresh.signed_at)}. 1 site, 3 passes, 4 twitches." in said
    assert f"Can be reopened until {local(world, fresh.signed_at + timedelta(minutes=15))}." in said
    assert "Next: Today" in said


def test_the_next_thing_is_the_oldest_unsigned_draft_of_today(world, fresh):
    now = timezone.now()
    today = timezone.localtime(now, world.cast.home.zone).replace(hour=0, minute=0, second=1)
    for seconds in (0, -5, -86400):
        start(world.patient, world.cast.anna, at=now, started_at=today + timedelta(seconds=seconds))
    start(world.patient, world.cast.ben, at=now, started_at=today)
    wanted = NeedlingSession.objects.filter(practitioner=world.cast.anna, status="draft").get(started_at=today)
    html = page_as(world.cast.anna).get(reverse("treatments:session", args=[fresh.pk])).content.decode()
    assert f'href="{reverse("treatments:editor", args=[wanted.pk])}">Next: 00:00 Siobhán O&#x27;Neill' in html


def test_a_colleague_reads_who_can_reopen_and_no_button(world, fresh):
    html = page_as(world.cast.ben).get(reverse("treatments:session", args=[fresh.pk])).content.decode()
    assert f"Anna Kovač can reopen it until {local(world, fresh.signed_at + timedelta(minutes=15))}." in words(html)
    assert reverse("treatments:reopen", args=[fresh.pk]) not in html
    assert "Signed and locked" in words(html)


def test_after_the_grace_nothing_is_said_of_reopening(world):
    said = signed_page(world, world.signed)
    assert "reopen" not in said.lower()


def test_a_document_ends_the_grace_and_the_page_says_so(world, fresh):
    actions.note_first_issue(session=fresh, by=world.cast.anna, at=timezone.now())
    said = signed_page(world, fresh)
    assert "A document was made" in said
    assert "Can be reopened" not in said


def test_signed_by_somebody_else_says_who_needled(world):
    draft = start(world.patient, world.cast.anna)
    taken = actions.take_over_session(pk=draft.pk, reason="Anna is ill.", by=world.cast.ben, version=1)
    signed = sign(taken, world.cast.ben)
    said = signed_page(world, signed)
    assert "by Ben Adeyemi" in said
    assert "Needled by Anna Kovač, taken over by Ben Adeyemi: Anna is ill." in said


def test_reopened_and_signed_again_says_so(world, fresh):
    now = timezone.now()
    opened = actions.reopen_session(pk=fresh.pk, by=world.cast.anna, at=now, version=fresh.version).session
    again = sign(opened, world.cast.anna, at=now)
    assert "Signed before and reopened" in signed_page(world, again)
    assert "reopened" not in signed_page(world, world.signed)


def test_what_it_was_signed_against_is_said_in_words(world):
    withdrawn = give_consent(world.patient, world.text, world.cast.anna, at=NOW - timedelta(days=1), general="refused")
    draft = start(world.patient, world.cast.anna, at=withdrawn.given_at + timedelta(days=1))
    blocks = findings.judge(draft, list(draft.sites.told()), at=NOW).blocks
    deviations = [{"key": block.key, "reason": "Said yes aloud."} for block in blocks]
    signed = actions.sign_session(
        pk=draft.pk, by=world.cast.anna, at=NOW, version=draft.version, deviations=deviations
    ).session  # fmt: skip
    said = signed_page(world, signed)
    assert f"Signed against a stop: {blocks[0].message} “Said yes aloud.”" in said
    assert "Signed against a stop added: Consent general: “Said yes aloud.”" in read(world, history(signed))


def test_nothing_that_is_not_there_yet_is_offered(world, fresh):
    assert "mail" not in signed_page(world, fresh).lower()


def test_a_void_session_is_struck_and_offers_no_reopening(world, fresh):
    actions.void_session(pk=fresh.pk, reason="Wrong patient.", by=world.cast.anna, at=timezone.now(), version=2)
    said = signed_page(world, fresh)
    assert "Wrong patient." in said
    assert "Can be reopened" not in said


# ---- front desk -----------------------------------------------------------------------------------------------------


def fragment(world: World, name: str, who: str) -> str:
    path = reverse(f"treatments:{name}", args=[world.patient.pk])
    return page_as(world.cast.person(who)).get(path).content.decode()


def test_the_front_desk_sees_visits_and_the_next_follow_up_once(world):
    assert fragment(world, "needled", "dana") == ""
    said = words(fragment(world, "now", "dana"))
    assert "Tue 24 Nov 2026, 11:30 Anna Kovač Signed" in said
    assert "Tue 24 Nov 2026, 11:30 Anna Kovač Not signed yet" in said
    assert "soreness check" in said


def test_the_front_desk_sees_nothing_clinical(world, draft):
    write(world, draft, plan="Secret plan.", next_review_on=NOW.date() + timedelta(days=9), pain_before=7)
    said = words(fragment(world, "now", "dana")).lower()
    for word in ("soleus", "calf", "secret", "3 dec", "7", "twitch", "pistoning"):
        assert word not in said.replace("27 nov", ""), word


def test_the_front_desk_of_a_new_patient_is_told_what_to_do(world):
    new = make_patient(
        world.cast.anna, record_number=9, family_name="Neu", given_names="Nina", date_of_birth=NOW.date()
    )
    said = words(page_as(world.cast.dana).get(reverse("treatments:now", args=[new.pk])).content.decode())
    assert "No visits yet" in said
    assert "No follow-up is planned." in said


def test_a_discarded_draft_is_no_visit(world):
    actions.discard_session(pk=world.draft.pk, by=world.cast.anna, version=1)
    assert "Not signed yet" not in words(fragment(world, "now", "dana"))
