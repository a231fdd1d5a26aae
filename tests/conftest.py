"""Fixtures shared by all tests: the fixed cast of people, and what tests need that the product must not have."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from practice import guards
from tests.cast import Cast, make_cast
from tests.parity import Way, through_the_api, through_the_page
from tests.world import load_content

# No test is about time: how fast examples are drawn says how busy the machine is, nothing about the product.
hypothesis_settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("any machine")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The clinical content is in every practice's database from the start, as in the product."""
    with django_db_blocker.unblock():
        load_content()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture(params=[through_the_page, through_the_api])
def way(request: pytest.FixtureRequest) -> Way:
    """The test runs through both, with the same table."""
    return request.param


@pytest.fixture(autouse=True)
def _settings_of_tests(settings: Any, tmp_path: Path) -> None:
    """Rates are not shared between tests (those about rates bring a cache of their own); assets are not collected;
    files that are kept beside the database are each test's own."""
    settings.HOME = tmp_path / "home"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


@pytest.fixture(scope="session", autouse=True)
def _flush_lifts_guards() -> Iterator[None]:
    """Transactional tests empty the tables afterwards, which the guards refuse: they are lifted for the flush alone."""
    original = BaseDatabaseOperations.execute_sql_flush

    def lifted(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        with guards.lifted(self.connection):
            original(self, sql_list)

    BaseDatabaseOperations.execute_sql_flush = lifted  # type: ignore[method-assign]
    yield
    BaseDatabaseOperations.execute_sql_flush = original  # type: ignore[method-assign]
