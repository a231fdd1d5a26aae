"""The key for what lies unsent on a device: one per person, the same every time, known to nobody else."""

from base64 import b64decode

from practice.device_key import device_key
from tests.cast import Cast, page_as
from tests.world import make_world


def test_the_key_is_256_bits_and_the_same_at_every_sign_in(cast: Cast):
    assert device_key(cast.anna) == device_key(cast.anna)
    assert len(b64decode(device_key(cast.anna))) == 32


def test_no_two_people_share_a_key(cast: Cast):
    people = (cast.anna, cast.ben, cast.dana, cast.zoe)
    assert len({device_key(person) for person in people}) == len(people)


def test_another_secret_key_of_the_installation_gives_another_key(cast: Cast, settings):
    before = device_key(cast.anna)
    settings.SECRET_KEY = "another installation"
    assert device_key(cast.anna) != before


def test_a_page_holds_the_key_of_its_own_person_only(cast: Cast):
    world = make_world(cast)
    page = page_as(cast.anna).get(f"/sessions/{world.draft.pk}/edit").content.decode()
    assert device_key(cast.anna) in page
    assert device_key(cast.ben) not in page
