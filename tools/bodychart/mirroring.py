"""The other side: paths, regions and whole pictures reflected at x = 0."""

import json
import re
from typing import Any

from tools.bodychart.pictures import OPPOSITE, Picture

Entry = dict[str, Any]
SWAPPED = {"L": "R", "R": "L"}


def mirrored_path(path: str) -> str:
    out, is_x = "", True
    for token in re.findall(r"-?[\d.]+|[MCZ]", path):
        if token in "MCZ":
            out, is_x = out + token, True
            continue
        turned = token.removeprefix("-") if token.startswith("-") or token == "0" else f"-{token}"
        out += ("" if out[-1] in "MC" else " ") + (turned if is_x else token)
        is_x = not is_x
    return out


def region_id(picture: str, muscle: str, number: int, side: str) -> str:
    return f"{picture}-{muscle}{f'-{number}' if number > 1 else ''}-{side}"


def mirrored_region(region: Entry, picture: str) -> Entry:
    side = OPPOSITE[region["side"]]
    turned = {"d": mirrored_path(region["d"]), "fibres": [mirrored_path(line) for line in region["fibres"]]}
    return region | turned | {
        "side": side,
        "label": _mirrored_point(region["label"]),
        "id": region_id(picture, region["muscle"], region["number"], side),
    }  # fmt: skip


def mirrored_picture(picture: Picture, entry: Entry) -> Entry:
    """The same picture of the patient's other side."""
    x, y, width, height = entry["viewBox"]
    twin: Entry = json.loads(json.dumps(entry))
    twin |= {
        "id": picture.twin,
        "title": _other_words(entry["title"], picture.side),
        "viewBox": [-x - width, y, width, height],
        "outline": mirrored_path(entry["outline"]),
        "creases": [mirrored_path(line) for line in entry["creases"]],
    }
    for item in twin["marks"] + twin["tendons"] + twin["regions"]:
        item["d"] = mirrored_path(item["d"])
    for letter in twin["letters"]:
        letter |= {"x": -letter["x"], "text": SWAPPED.get(letter["text"], letter["text"])}
    for item in twin["tendons"] + twin["regions"]:
        item["side"] = OPPOSITE[item["side"]]
        item["id"] = picture.twin + item["id"][len(picture.id) : -len(picture.side)] + item["side"]
    for region in twin["regions"]:
        region["fibres"] = [mirrored_path(line) for line in region["fibres"]]
        region["label"] = _mirrored_point(region["label"])
    return twin


def _other_words(words: str, side: str) -> str:
    other = OPPOSITE[side]
    return words.replace(side, other).replace(side.title(), other.title())


def _mirrored_point(point: list[float]) -> list[float]:
    return [round(0 - point[0], 1), point[1]]
