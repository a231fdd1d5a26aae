"""What the editor of a consent text sends, and what two managers wrote differently."""

import json
from urllib.parse import urlencode

from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from consent.actions.texts import FIRST_TEXT
from consent.text_form import acted, differences, shown, values_of

SHIPPED = {k: v for k, v in json.loads(FIRST_TEXT.read_text(encoding="utf-8")).items() if k != "language"}


def posted(values):
    """The form as a browser would send it for these values."""
    form = {"title": values["title"]}
    for i, row in enumerate(values["sections"]):
        form |= {
            f"section-{i}-key": row["key"],
            f"section-{i}-heading": row["heading"],
            f"section-{i}-body": "\r\n\r\n".join(row["body"]),
        }
    for i, row in enumerate(values["risks"]):
        form |= {f"risk-{i}-{name}": row[name] for name in ("key", "label", "how_often", "denominator", "source")}
        form |= {f"risk-{i}-serious": "yes"} if row["serious"] else {}
    for item in values["scope_items"]:
        form |= {f"scope-{item['key']}-{name}": item[name] for name in ("label", "line")} | {
            f"scope-{item['key']}-offer": "yes"
        }
    return form


def sent(form):
    return values_of(QueryDict(urlencode(form)))


def test_what_was_shown_and_sent_back_untouched_is_the_same_text():
    assert sent(posted(SHIPPED)) == SHIPPED


def test_a_row_taken_out_or_emptied_goes_and_a_new_one_gets_a_key():
    form = posted(SHIPPED) | {"section-0-remove": "yes", "section-1-heading": "", "section-1-body": " "}
    form |= {"risk-99-label": "A Bruise!", "risk-99-how_often": "rare"}
    values = sent(form)

    assert [s["key"] for s in values["sections"]] == [s["key"] for s in SHIPPED["sections"][2:]]
    assert values["risks"][-1]["key"] == "a_bruise"


def test_an_unticked_scope_item_is_not_offered():
    form = posted(SHIPPED)
    del form["scope-photos-offer"]

    assert "photos" not in {item["key"] for item in sent(form)["scope_items"]}
    assert next(item for item in shown(sent(form), {})["scopes"] if item["key"] == "photos")["left_out"]


def test_buttons_add_a_row_or_move_one_up_and_nothing_else():
    assert len(acted(SHIPPED, "add:risk")["risks"]) == len(SHIPPED["risks"]) + 1
    moved = acted(SHIPPED, "up:section:1")["sections"]
    assert [s["key"] for s in moved[:2]] == [SHIPPED["sections"][1]["key"], SHIPPED["sections"][0]["key"]]
    for nonsense in (
        "",
        "up:section:0",
        "up:section:99",
        "up:section:x",
        "add:moon",
        "drop:risk:1",
        "up:risk:" + "9" * 30,
    ):
        assert acted(SHIPPED, nonsense)["sections"] == SHIPPED["sections"]


def test_differences_name_the_part_and_show_both():
    mine = SHIPPED | {"title": "Mine", "risks": SHIPPED["risks"][1:]}
    found = differences(SHIPPED, mine)

    assert next((d.name, d.theirs, d.mine) for d in found) == ("Title", SHIPPED["title"], "Mine")
    assert found[1].name == f"Risk: {SHIPPED['risks'][0]['label']}"
    assert found[1].mine == ""
    assert differences(SHIPPED, SHIPPED) == []


names = st.sampled_from(["title", "act", "section-0-body", "section-0-heading", "section-999-heading", "risk-1-label",
                         "risk-1-serious", "risk--1-label", "section-x-body", "scope-general-offer", "version"])  # fmt: skip


@given(st.dictionaries(names, st.text(max_size=50), max_size=8), st.text(max_size=20))
def test_any_form_becomes_values_that_can_be_shown(form, act):
    values = acted(sent({k: v.encode("utf-8", "ignore").decode() for k, v in form.items()}), act)

    assert set(shown(values, {})) == {"title", "sections", "risks", "scopes"}
