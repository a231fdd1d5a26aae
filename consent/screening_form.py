"""The screening questions: the rows of the contraindication table that are asked, and what a yes opens."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from consent.regions import rows as regions

DATA = Path(__file__).parent / "data" / "contraindications.csv"
CONTENT_VERSION = "1"
ANSWERS = ("yes", "no", "unsure")
MAX_DETAIL = 300
# Where a "yes" needs to say which: the stop or the reason then holds for that area and side.
DETAILS: dict[str, tuple[str, ...]] = {
    "lymphoedema_limb": ("area", "side"),
    "infection_or_swelling_local": ("area", "side"),
    "implant_at_site": ("area", "side"),
    "lymph_node_removal": ("area", "side"),
    "recent_surgery_radiotherapy": ("area", "side", "detail"),
    "malignancy_local": ("area", "side"),
    "altered_sensation": ("area", "side"),
    "anticoagulant": ("detail",),
    "allergy_other": ("detail",),
    "steel_allergy": ("detail",),
    "prior_abnormal_reaction": ("detail",),
    "acute_medical_condition": ("detail",),
    "pacemaker_electrical": ("detail",),
    "history_fainting": ("detail",),
}
# The questions as they are put to a patient, in everyday words.
ASKED_AS: dict[str, str] = {
    "needle_phobia": "Are you very afraid of needles?",
    "prior_abnormal_reaction": "Have you ever reacted badly to needling or an injection?",
    "acute_medical_condition": "Are you acutely ill today?",
    "lymphoedema_limb": "Do you have lymphoedema in an arm or leg?",
    "infection_or_swelling_local": "Is the skin infected, broken or very swollen anywhere?",
    "unstable_cardiac": "Do you have heart trouble that is not under control?",
    "uncontrolled_epilepsy": "Do you have epilepsy that is not under control?",
    "steel_allergy": "Are you allergic to steel, nickel or chromium?",
    "implant_at_site": "Do you have an implant under the skin (breast, cosmetic or other)?",
    "pacemaker_electrical": "Do you have a pacemaker or another electronic implant?",
    "anticoagulant": "Do you take blood thinners or aspirin?",
    "bleeding_tendency": "Do you bleed or bruise unusually easily?",
    "immunocompromised": "Is your immune system weakened, by illness or medicine?",
    "blood_borne_virus": "Do you have an infection that is carried by blood?",
    "valve_or_endocarditis": "Do you have a heart valve disease, or an artificial valve?",
    "diabetes": "Do you have diabetes?",
    "vascular_disease": "Do you have disease of the blood vessels?",
    "lymph_node_removal": "Have lymph nodes been removed?",
    "pregnancy": "Are you pregnant, or could you be?",
    "child": "Is the patient under 18?",
    "frail": "Are you frail at present?",
    "epilepsy_controlled": "Do you have epilepsy that is under control?",
    "psychological_status": "Are you very anxious, or in an altered state of mind?",
    "allergy_other": "Do you have other skin allergies (latex, disinfectant)?",
    "history_fainting": "Have you ever fainted with needles?",
    "recent_surgery_radiotherapy": "Have you had an operation or radiotherapy lately?",
    "malignancy_local": "Do you have, or might you have, a tumour anywhere?",
    "altered_sensation": "Is there a place where you feel less than usual?",
    "lung_disease": "Do you have a lung disease, or have you had a collapsed lung?",
    "thin_build": "Are you of a very thin build?",
    "scoliosis": "Do you have scoliosis or a changed shape of the chest?",
}


@dataclass(frozen=True)
class Row:
    """One row of the contraindication table, with its source and confidence."""

    key: str
    label: str
    kind: str
    suggested_action: str
    scope: str
    source: str
    confidence: str
    asked: bool


def _row(cells: dict[str, Any]) -> Row:
    return Row(**(cells | {"asked": cells["asked"] == "yes"}))


@lru_cache
def rows() -> dict[str, Row]:
    with DATA.open(newline="", encoding="utf-8") as file:
        return {r["key"]: _row(r) for r in csv.DictReader(file)}


@lru_cache
def questions() -> tuple[dict[str, Any], ...]:
    """What is asked, in the table's order: key, label (everyday words), clinical label, what a yes opens, source."""
    return tuple(
        {
            "key": row.key,
            "label": ASKED_AS.get(row.key, row.label),
            "clinical": row.label,
            "detail": list(DETAILS.get(row.key, ())),
            "source": row.source,
            "confidence": row.confidence,
        }
        for row in rows().values()
        if row.asked
    )


@lru_cache
def area_keys() -> frozenset[str]:
    return frozenset(row["key"] for row in regions() if row["kind"] == "area")


def is_complete(answers: Sequence[Mapping[str, Any]]) -> bool:
    """Every question has an answer; a key not answered makes the screening incomplete."""
    answered = {a["key"] for a in answers if a.get("answer") in ANSWERS}
    return {q["key"] for q in questions()} <= answered


def problems(answers: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Index to sentence, for answers to questions nobody asked and for the same question answered twice."""
    known = {q["key"] for q in questions()}
    found: dict[str, str] = {}
    seen: set[str] = set()
    for index, answer in enumerate(answers):
        key = answer["key"]
        if key not in known:
            found[f"answers.{index}.key"] = "This question is not on the form. See /screenings/form."
        elif answer.get("area") and answer["area"] not in area_keys():
            found[f"answers.{index}.area"] = "Choose one of the body areas. See /regions?kind=area."
        elif key in seen:
            found[f"answers.{index}.key"] = "This question is answered twice. Keep one answer."
        seen.add(key)
    return found
