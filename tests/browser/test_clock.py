"""A device that stands, or thinks it stands, in another time zone: times are the practice's on every page."""

import re
from datetime import UTC, datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import TABLET, Open, calm
from tests.world import World
from treatments.models import NeedlingSession

ZONES = ["America/New_York", "Asia/Kolkata", "Australia/Melbourne", "Pacific/Kiritimati"]


@pytest.mark.parametrize("zone", ZONES)
def test_treated_and_saved_are_told_and_written_in_the_practices_time(open_page: Open, world: World, zone: str):
    page = open_page("anna", TABLET, zone)
    page.goto(f"/sessions/{world.draft.pk}/edit")
    calm(page)
    page.get_by_text("The visit").click()
    treated = page.get_by_label("Treated")
    expect(treated).to_have_value("2026-11-24T11:30")
    treated.fill("2026-11-23T09:05")

    expect(page.get_by_text(re.compile(r"^Saved \d")).first).to_be_visible()
    calm(page)
    session = NeedlingSession.objects.get(pk=world.draft.pk)
    assert session.started_at == datetime(2026, 11, 22, 22, 5, tzinfo=UTC)
    shown = re.search(r"Saved (\d\d:\d\d)", page.inner_text("body"))
    assert shown is not None
    assert shown[1] == f"{timezone.localtime(session.updated_at, world.cast.home.zone):%H:%M}"
