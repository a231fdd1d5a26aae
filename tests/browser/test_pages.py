"""Every page at its sizes: no console error, nothing that axe finds, nothing that scrolls sideways, a picture to look at."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESK, PHONE, TABLET, UPRIGHT, Open, picture, settle
from tests.world import World

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PAGES = {
    "today_practitioner": ("anna", "/", (TABLET, UPRIGHT)),
    "today_front_desk": ("dana", "/", (DESK, TABLET)),
    "today_auditor": ("olga", "/", (DESK,)),
    "patients": ("dana", "/patients/", (DESK, TABLET)),
    "patients_found": ("dana", "/patients/?search=oneil", (DESK, PHONE)),
    "patients_not_found": ("dana", "/patients/?search=zzzz", (DESK,)),
    "patient_new": ("dana", "/patients/new", (DESK, TABLET)),
    "patient_chart": ("anna", "/patients/{patient}", (TABLET, UPRIGHT, DESK)),
    "patient_chart_front_desk": ("dana", "/patients/{patient}", (DESK,)),
    "patient_details": ("dana", "/patients/{patient}/details", (DESK, UPRIGHT)),
    "patient_who_looked": ("olga", "/patients/{patient}/who-looked", (DESK,)),
    "contacts": ("anna", "/patients/contacts", (DESK,)),
    "consent": ("anna", "/consent/patient/{patient}", (TABLET, DESK)),
    "consent_take": ("anna", "/consent/patient/{patient}/take", (TABLET, UPRIGHT, PHONE)),
    "consent_detail": ("anna", "/consent/{consent}", (TABLET,)),
    "consent_texts": ("anna", "/consent/texts", (DESK,)),
    "consent_text": ("anna", "/consent/texts/{text}", (DESK,)),
    "screening": ("anna", "/consent/patient/{patient}/screening", (TABLET, UPRIGHT, PHONE)),
    "sessions": ("anna", "/sessions/patient/{patient}", (TABLET, DESK)),
    "course_of_care": ("anna", "/sessions/patient/{patient}/course", (TABLET,)),
    "editor": ("anna", "/sessions/{draft}/edit", (TABLET, UPRIGHT, DESK)),
    "review": ("anna", "/sessions/{draft}/review", (TABLET, UPRIGHT)),
    "signed": ("anna", "/sessions/{signed}", (TABLET, DESK)),
    "draft_of_a_colleague": ("ben", "/sessions/{draft}", (TABLET,)),
    "follow_ups": ("dana", "/sessions/follow-ups", (DESK, TABLET)),
    "follow_up": ("dana", "/sessions/follow-ups/{follow_up}", (DESK,)),
    "lots": ("anna", "/sessions/lots", (DESK,)),
    "lot": ("anna", "/sessions/lots/{lot}", (DESK,)),
    "documents": ("anna", "/documents/patient/{patient}", (DESK,)),
    "staff": ("anna", "/practice/staff", (DESK, TABLET)),
    "invite": ("anna", "/practice/staff/invite", (DESK,)),
    "clinics": ("anna", "/practice/clinics", (DESK,)),
    "tokens": ("anna", "/practice/tokens", (DESK,)),
    "settings": ("anna", "/practice/settings", (DESK,)),
    "account": ("ben", "/account", (DESK,)),
    "sign_in": (None, "/accounts/login/", (TABLET, PHONE)),
}
CASES = [(name, size) for name, (_, _, sizes) in PAGES.items() for size in sizes]


@pytest.mark.parametrize(("name", "size"), CASES, ids=lambda v: v if isinstance(v, str) else f"{v[0]}x{v[1]}")
def test_a_page_is_whole_at_its_size(name: str, size: tuple[int, int], open_page: Open, world: World):
    who, path, _ = PAGES[name]
    things: dict[str, Any] = {n: getattr(world, n).pk for n in ("patient", "consent", "text", "draft", "signed", "lot",
                                                                "follow_up")}  # fmt: skip
    page = open_page(who, size)

    answer = page.goto(path.format(**things))
    settle(page)
    picture(page, f"{name}_{size[0]}")

    assert answer is not None
    assert answer.status == 200
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.locator("h1").count() == 1
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []
