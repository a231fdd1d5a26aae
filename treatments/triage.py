"""A caller who feels unwell after needling: three questions, three results, fixed words. No database, no request.

The front desk is not asked to judge. Each question holds warning signs (treatments/soreness.py); the first rule of the
table that fits decides, and every rule names where it comes from. Not sure counts as yes. One more yes never gives a
lower result (a property test holds it).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from treatments.soreness import RED_FLAGS

WORDS_VERSION = "1"
LOOK_BACK_DAYS = 30
# Reported onset of a pneumothorax: half an hour to over two days after (Grusche and Egerton-Warburton, West J Emerg Med;
# Weagle 2021, PMID 33948398: the next day; clinical/domain.md section 2: 2 h, and over 2 days). No source names an end,
# so the window is a week: the margin is this product's own.
LUNG_WINDOW_H = 168

YES, NO, UNSURE = "yes", "no", "unsure"
ANSWERS = {YES: "Yes", NO: "No", UNSURE: "Not sure"}
OPENING = "Before anything else: are you alone, and where are you now?"

AMBULANCE, PRACTITIONER_NOW, CALL_BACK = "ambulance", "practitioner_now", "call_back"
RESULTS = (CALL_BACK, PRACTITIONER_NOW, AMBULANCE)  # rising

OBA = "Osteopathy Board of Australia, newsletters April 2015 and June 2024"


@dataclass(frozen=True)
class Question:
    """Read aloud as it stands. `red_flags` are the warning signs it asks for."""

    key: str
    words: str
    red_flags: tuple[str, ...]
    source: str


QUESTIONS = (
    Question("breathing", "Have you chest pain, are you short of breath, or do you cough or hurt when you breathe in?",
             ("chest_pain", "breathlessness", "cough_on_breathing"), f"BN121 s5.1; {OBA}; Mintken 2025 (pzaf078)"),
    Question("nerves", "Any new weakness or numbness, very bad neck or back pain, or have you fainted again?",
             ("new_weakness", "severe_spinal_pain", "fainting_again"), "Berrigan 2018 (epidural haematoma); fainting: unsourced"),
    Question("swelling", "A swelling that grows, bleeding that does not stop, fever, spreading redness or pus?",
             ("growing_swelling", "fever_redness_pus"), "unsourced, common clinical knowledge"),
)  # fmt: skip
KEYS = tuple(question.key for question in QUESTIONS)


@dataclass(frozen=True)
class Zone:
    """A body area that was needled. `lung`: over the pleura, whatever the area is called."""

    lung: bool
    hours_since: float


@dataclass(frozen=True)
class Rule:
    key: str
    result: str
    words: str
    source: str


@dataclass(frozen=True)
class Verdict:
    result: str
    rule: Rule


RULES = {
    rule.key: rule
    for rule in (
        Rule("lung_and_breathing", AMBULANCE, "Needled near the lung within a week, and chest pain, breathlessness or a cough.",
             f"{OBA}: recognise a pneumothorax and refer urgently; BN121 s5.1; healthdirect.gov.au, chest pain"),
        Rule("breathing", PRACTITIONER_NOW, "Chest pain, breathlessness or a cough; no needling near the lung within a week.",
             "Soreness rule: any warning sign is escalated at once; healthdirect.gov.au, chest pain"),
        Rule("nerves", PRACTITIONER_NOW, "New weakness or numbness, very bad spinal pain, or fainted again.",
             "Berrigan 2018; soreness rule: any warning sign is escalated at once"),
        Rule("swelling", PRACTITIONER_NOW, "A growing swelling, bleeding, fever, redness or pus.",
             "Soreness rule: any warning sign is escalated at once"),
        Rule("nothing", CALL_BACK, "Three times no.", "This product's own proposal: a practitioner rings back the same day"),
    )
}  # fmt: skip


def triage(zones: Sequence[Zone], answers: Mapping[str, str]) -> Verdict:
    """The highest result that an answer gives; a question without an answer gives nothing."""
    said = [key for key in KEYS if answers.get(key, NO) != NO]
    near_lung = any(zone.lung and zone.hours_since <= LUNG_WINDOW_H for zone in zones)
    if "breathing" in said and near_lung:
        return _verdict("lung_and_breathing")
    return _verdict(said[0] if said else "nothing")


def _verdict(key: str) -> Verdict:
    return Verdict(RULES[key].result, RULES[key])


def unanswered(zones: Sequence[Zone], answers: Mapping[str, str]) -> list[str]:
    """The questions still to ask before the result stands. An ambulance waits for no further question."""
    if triage(zones, answers).result == AMBULANCE:
        return []
    return [key for key in KEYS if key not in answers]


def enough_alone(zones: Sequence[Zone]) -> list[str]:
    """The questions whose yes calls the ambulance without asking on."""
    return [key for key in KEYS if triage(zones, {key: YES}).result == AMBULANCE]


def higher(one: str, other: str) -> str:
    return max(one, other, key=RESULTS.index)


def red_flags(answers: Mapping[str, str]) -> list[str]:
    """The warning signs behind what was not answered no."""
    return [flag for question in QUESTIONS if answers.get(question.key, NO) != NO for flag in question.red_flags]


def signs_asked_together(flags: Collection[str]) -> list[str]:
    """The warning signs of a phone card as they may be told: a question asks for several at once, and its yes is a yes to
    one of them, not to all."""
    asked = [[flag for flag in question.red_flags if flag in flags] for question in QUESTIONS]
    return [" or ".join(RED_FLAGS[flag] for flag in together) for together in asked if together]


@dataclass(frozen=True)
class Heading:
    title: str  # `{number}`: whom to call in an emergency
    level: str


HEADINGS = {
    AMBULANCE: Heading("Ambulance: {number}, now", "stop"),
    PRACTITIONER_NOW: Heading("Practitioner now", "reason"),
    CALL_BACK: Heading("Call back today", "ok"),
}
SCRIPTS = {
    AMBULANCE: "Hang up and call {number}, or stay on this line and I call for you. Sit upright. Do not drive, and do not stay "
    "alone. Tell them: {needled}.",
    PRACTITIONER_NOW: "Stay on the line. I am getting a practitioner for you now. If it gets worse, or breathing becomes hard, "
    "hang up and call {number}.",
    CALL_BACK: "Thank you. A practitioner will ring you back today. If you get chest pain, if breathing becomes hard, or if "
    "anything frightens you, call {number}; do not wait for us.",
}


def heading(result: str, *, number: str) -> str:
    return HEADINGS[result].title.format(number=number)


def script(result: str, *, number: str, needled: str) -> str:
    """What is read aloud. `needled` says where and when for the ambulance: `dry needling near the lung, today at 10:05`."""
    return SCRIPTS[result].format(number=number, needled=needled)
