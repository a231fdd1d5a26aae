"""The catalogue: loaded again without change, every row sourced, and found by what people type."""

import pytest

from consent.models import Area
from tests.cast import Cast, api_as
from tests.world import load_content
from treatments import bodychart, catalogue
from treatments.models import Structure


@pytest.fixture
def loaded(db: None) -> None:
    load_content()


def test_loading_again_changes_nothing(loaded):
    before = list(Structure.objects.order_by("key").values())
    load_content()

    assert list(Structure.objects.order_by("key").values()) == before
    assert (len(before), Area.objects.filter(kind="area").count()) == (229, 15)


def test_every_muscle_of_the_chart_leads_to_the_catalogue(loaded):
    known = set(Structure.objects.values_list("key", flat=True))
    chart = {key for keys in bodychart.catalogue_keys().values() for key in keys}

    assert chart - known == set()


LIST_ONLY = {
    "articularis_genus", "coccygeus", "corrugator_supercilii", "iliocostalis_cervicis", "levator_ani", "longissimus_cervicis",
    "palmaris_brevis", "platysma", "procerus", "psoas_minor", "risorius", "rotatores_cervicis", "rotatores_thoracis",
    "semispinalis_cervicis", "semispinalis_thoracis", "spinalis_thoracis", "sternalis", "sternothyroid", "stylohyoid",
}  # fmt: skip


def test_the_chart_and_the_catalogue_meet_both_ways(loaded, cast: Cast):
    """Every tappable region means a structure; a muscle without a region is typed, and says so."""
    rows = api_as(cast.anna).get("/api/v1/structures?kind=muscle&limit=200").json()["results"]
    tappable = {key for muscle in {r.muscle for v in bodychart.load().views.values() for r in v.regions}
                for key in bodychart.structures_of(muscle)}  # fmt: skip

    assert {row["key"] for row in rows if row["on_chart"]} == tappable
    assert {row["key"] for row in rows if not row["on_chart"]} == LIST_ONLY


def test_no_row_without_a_source_of_its_hazard_is_over_the_lung(loaded):
    unsourced = [s.key for s in Structure.objects.filter(pneumothorax_risk=True) if not s.sources]

    assert unsourced == []


def test_short_codes_are_unique(loaded):
    codes = [code for codes in Structure.objects.values_list("short_codes", flat=True) for code in codes]

    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("typed", "first"),
    [("uft", "trapezius_upper"), ("tfl", "tensor_fasciae_latae"), ("infra", "infraspinatus"), ("infraspinatis", "infraspinatus"),
     ("upper trap", "trapezius_upper"), ("upr trap", "trapezius_upper"), ("gmed", "gluteus_medius"),
     ("glut med", "gluteus_medius"), ("QL", "quadratus_lumborum"), ("levator scap", "levator_scapulae"),
     ("plantar fascia", "plantar_fascia")],
)  # fmt: skip
def test_what_is_typed_finds_the_structure_first(loaded, typed, first):
    found = catalogue.best(Structure.objects.filter(practice=None), typed, limit=5)

    assert found[0].key == first


@pytest.mark.parametrize("typed", ["", "zzzz", "'", "\x00", "%"])
def test_nothing_meant_finds_nothing(loaded, typed):
    assert catalogue.best(Structure.objects.all(), typed, limit=5) == []


def test_the_chart_is_served_once_and_then_from_the_cache(cast: Cast):
    client = api_as(cast.anna)
    first = client.get("/api/v1/charts/1?body=female")
    again = client.get("/api/v1/charts/1?body=female", headers={"If-None-Match": first["ETag"]})

    assert (first.status_code, again.status_code) == (200, 304)
    assert [client.get(f"/api/v1/charts/{bad}").status_code for bad in ("9", "1?body=cat", "1?views=inside")] == [
        404
    ] * 3
