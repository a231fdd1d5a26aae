"""What each role of the own and of another practice may do with every URL. A URL without a row fails.

One line per verb and route; the columns are anna (practitioner and manager), ben (practitioner), dana (front desk),
olga (auditor), robo (service account), zoe (practitioner of another practice), and nobody signed in. Objects are Siobhán's, in the
home practice. Bodies are empty unless a route needs one to get past its shape: a role that may act answers 2xx, 302,
or a refusal of the body (400, 409, 422, 428); a role that may not answers 403; a stranger 404 or their own, empty lists.
"""

from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from reports.actions import record_breach
from reports.models import Document
from tests.cast import Cast, api_as, page_as
from tests.isolation_table import TABLE
from tests.reports.mailing import a_document, after_work, sent
from tests.world import World, make_world, raise_sign

PEOPLE = ("anna", "ben", "dana", "olga", "robo", "zoe", "nobody")
# allauth's own pages and the probes are outside our roles; what they answer is tested in tests/practice.
NOT_OURS = ("accounts/", "healthz", "readyz")


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> list[tuple[str, str]]:
    """Every (verb, route) of ours; pages answer GET and POST, API routes the verbs of their viewset."""
    found = []
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += routes(pattern.url_patterns, route)
        elif not route.startswith(NOT_OURS):
            found += [(verb, route) for verb in verbs(pattern)]
    return found


def verbs(pattern: URLPattern) -> list[str]:
    acts = getattr(pattern.callback, "actions", None)
    if acts:
        return [verb.upper() for verb in acts if verb != "head"]  # the framework adds it once a GET was asked
    view = getattr(pattern.callback, "view_class", None)
    if view is not None:
        return [v.upper() for v in ("get", "post", "put", "patch", "delete") if hasattr(view, v)]
    return ["GET", "POST"]


def test_every_url_has_a_row():
    assert sorted(f"{verb} {route}" for verb, route in routes(get_resolver().url_patterns)) == sorted(TABLE)


@pytest.fixture
def world(cast: Cast) -> World:
    world = make_world(cast)
    world.escalation = raise_sign(world)
    return world


def fill(route: str, world: World, document: Document) -> str:
    """The route with the identifiers of things that exist."""
    session = world.signed if any(w in route for w in ("void", "reopen", "addenda", "documents/")) else world.draft
    consent = world.paper_consent if "scans" in route else world.consent
    delivery = document.deliveries.get()
    things = {
        "patients/destructions/<uuid:": world.destruction, "destructions/<uuid:": world.destruction,
        "legal-holds/<uuid:": world.hold, "destroyed-records/<uuid:": world.destroyed,
        "patients/duplicates/<uuid:": world.pair, "patients/merges/<uuid:": world.merge, "merges/<uuid:": world.merge,
        "patients/contacts/<uuid:pk>": world.contact, "contacts/<uuid:id>": world.contact, "patients/<uuid:": world.patient,
        "consent/screening/<uuid:pk>": world.screening, "screenings/<uuid:id>": world.screening,
        "consent/texts/<uuid:pk>": world.draft_text if route.count("/") > 2 else world.text, "consent-texts/<uuid:id>": world.draft_text,
        "consent/scans/<uuid:pk>": world.scan,
        "consent/<uuid:pk>": consent, "consents/<uuid:id>": consent,
        "letters/<uuid:": world.letter, "follow-ups/<uuid:": world.follow_up, "lots/<uuid:": world.lot, "episodes/<uuid:id>": world.episode,
        "escalations/<uuid:": world.escalation,
        "day-checks/<uuid:": world.day_check,
        "registrations/<uuid:": world.registration,
        "arrivals/<uuid:": world.arrival, "rewrites/<uuid:": world.rewrite,
        "print/<uuid:": world.batch, "print-batches/<uuid:": world.batch,
        "course/<uuid:pk>": world.episode, "documents/<uuid:": document, "staff/<uuid:pk>": world.cast.ben,
        "users/<uuid:id>": world.cast.ben, "clinics/<uuid:": world.clinic, "events/<uuid:": world.event, "offered/snippet/<uuid:pk>": world.snippet, "snippets/<uuid:": world.snippet,
        "offered/template/<uuid:pk>": world.template, "templates/<uuid:": world.template, "tokens/<uuid:": world.token, "triages/<uuid:": world.triage, "triage/<uuid:pk>": world.triage,
        "requests/<uuid:": world.record_request, "corrections/<uuid:": world.correction, "exports/<uuid:": world.export,
        "imports/<uuid:": world.of_import, "historical-notes/<uuid:": world.past_note,
        "attachments/<uuid:id>": world.attachment,
        "access-log/<uuid:": world.access_entry, "who-looked/<uuid:": world.access_entry,
        "credentials/<uuid:": world.cast.ben.credentials.get(), "sessions/<uuid:": session,
        "documents/mail/<uuid:": delivery.email, "mail/<uuid:": world.email, "deliveries/<uuid:": delivery,
        "data-breaches/<uuid:": delivery.breach, "breaches/<uuid:": delivery.breach,
        "scores/<uuid:": world.score, "outcomes/<uuid:": world.score,
    }  # fmt: skip
    for start, thing in things.items():
        head, found, rest = route.partition(start)
        if found and (head == "" or head.endswith(("/", "needle-", "adverse-", "record-", "refused-"))):
            tail = rest.partition(">")[2] if not start.endswith(">") else rest
            route = head + start.partition("<")[0] + str(thing.pk) + tail  # type: ignore[attr-defined]
    named = {
        "<uuid:other>": world.twin.pk, "<uuid:attachment_pk>": world.attachment.pk,
        "<uuid:hold>": world.hold.pk, "<uuid:identifier>": world.identifier.pk, "<uuid:referral>": world.referral.pk, "<slug:box>": "gp_id",
        "<uuid:patient_pk>": world.patient.pk, "<uuid:session_pk>": world.signed.pk, "<uuid:alert>": world.alert.pk,
        "<uuid:consent_pk>": world.consent.pk, "<uuid:text_pk>": world.text.pk, "<uuid:scan>": world.scan.pk, "<uuid:credential>": world.cast.ben.credentials.get().pk, "<slug:part>": "recent", "<slug:key>": "answers", "<slug:scope>": "mine", "<slug:kind>": "patient_summary",
        "<slug:verb>": "retry" if "documents/mail" in route else "no-answer", "<str:id>": "soleus" if "structures" in route else "nprs" if "instruments" in route else "1", "<str:uid>": "x",
        "<str:token>": "y", "<int:number>": 1, "<slug:name>": "abc",
        "<uuid:episode_pk>": world.episode.pk,
        "<slug:about>": "session", "<uuid:source>": world.signed.pk, "<slug:act>": "discard",
    }  # fmt: skip
    for placeholder, value in named.items():
        route = route.replace(placeholder, str(value))
    return "/" + route


def ask(client: Any, path: str, verb: str) -> int:
    """The status alone; whatever the request changed is taken back."""
    point = transaction.savepoint()
    try:
        if path.startswith("/api/"):
            return client.generic(verb, path, "{}", content_type="application/json").status_code
        return client.generic(verb, path).status_code
    finally:
        transaction.savepoint_rollback(point)


def sent_to_the_wrong_person(world: World, settings: Any, tmp_path: Path) -> Document:
    """A document that was e-mailed, and recorded as a breach."""
    document = a_document(world)
    settings.MAIL_FOLDER = str(tmp_path)
    delivery = after_work(sent(document, world.cast.anna))
    settings.MAIL_FOLDER = ""
    told = {"what_happened": "A namesake got it."}
    record_breach(delivery_pk=delivery.pk, values=told, by=world.cast.anna, at=timezone.now())
    return document


def test_each_role_gets_what_the_table_says(world: World, settings: Any, tmp_path: Path):
    world.make_everything()
    document = sent_to_the_wrong_person(world, settings, tmp_path)
    people = {who: None if who == "nobody" else world.cast.person(who) for who in PEOPLE}
    pages, programs = ({who: signed_in(user) for who, user in people.items()} for signed_in in (page_as, api_as))
    got = {}
    for row in TABLE:
        verb, route = row.split(" ")
        path = fill(route, world, document)
        clients = programs if path.startswith("/api/") else pages
        got[row] = " ".join(str(ask(clients[who], path, verb)) for who in PEOPLE)

    assert {row: f"{TABLE[row]} -> {got[row]}" for row in TABLE if got[row] != TABLE[row]} == {}
