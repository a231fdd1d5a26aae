"""Snippets and templates that a new practice begins with. Its manager changes them or takes them out of use."""

from typing import Any

SNIPPETS: list[dict[str, Any]] = [
    {"shortcut": "nk", "title": "Neck pain", "note": "subjective", "text": "Neck pain {?}, worse with {?}. Pain {pain_before} out of 10 today."},
    {"shortcut": "sh", "title": "Shoulder pain", "note": "subjective", "text": "Shoulder pain {?}, worse reaching overhead and lying on it. Pain {pain_before} out of 10 today."},
    {"shortcut": "lbp", "title": "Low back pain", "note": "subjective", "text": "Low back pain {?}, worse with {?}. No leg symptoms, no change of bladder or bowel. Pain {pain_before} out of 10 today."},
    {"shortcut": "better", "title": "Better since last visit", "note": "subjective", "text": "Better since {last_visit}: {?}."},
    {"shortcut": "tb", "title": "Taut bands", "note": "objective", "text": "Taut bands and tender spots in {muscles}."},
    {"shortcut": "rom", "title": "Movement", "note": "objective", "text": "{?} limited and painful at end of range."},
    {"shortcut": "mps", "title": "Myofascial pain", "note": "assessment", "text": "Myofascial pain of {muscles}, familiar pain reproduced."},
    {"shortcut": "resp", "title": "Responding", "note": "assessment", "text": "Responding: pain {pain_before} before, {pain_after} after."},
    {"shortcut": "care", "title": "After care", "note": "plan", "text": "Soreness for a day is expected; warmth and gentle movement. Call if short of breath, if chest pain comes or if it gets worse."},
    {"shortcut": "rev", "title": "Review", "note": "plan", "text": "Review in {?}. Same muscles if still tender."},
]  # fmt: skip
TEMPLATES: list[dict[str, Any]] = [
    {
        "title": "Neck and shoulder",
        "lines": "r uft p 30x40\nr ls s 30x30\nr inf p 30x40",
        "subjective": "Neck and shoulder ache {?}.",
        "objective": "Taut bands and tender spots in {muscles}.",
        "plan": "Soreness for a day is expected. Review in one week.",
        "advice_given": ["soreness", "movement", "red_flags"],
    },
    {
        "title": "Low back and hip",
        "lines": "b ql stat 30x60\nb gmed p 30x60",
        "subjective": "Low back pain {?}, no leg symptoms.",
        "objective": "Taut bands and tender spots in {muscles}.",
        "plan": "Keep moving, warmth. Review in one week.",
        "advice_given": ["soreness", "heat", "movement"],
    },
    {
        "title": "Calf",
        "lines": "r gastrocnemius_medial p 30x40\nr sol p 30x40",
        "subjective": "Calf pain {?}. No swelling, warmth or colour change; no long journey.",
        "objective": "Taut bands and tender spots in {muscles}. Heel raise {?}.",
        "plan": "Easy walking today, training from tomorrow. Review in one week.",
        "advice_given": ["soreness", "bruising", "training"],
    },
]
