"""What other people sent about a patient of the demo: a referral, a result, a card of an insurer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from patients import actions
from patients.models import Patient
from practice.models import User

REFERRAL = (
    "Bayside Family Practice",
    "Dr Miriam Voss, general practitioner",
    "",
    "Thank you for seeing this patient with pain at the outer side of the right",
    "shoulder for six weeks, worse when reaching overhead. No injury.",
    "",
    "Examination: painful arc, full passive range, no loss of strength.",
    "Ultrasound: supraspinatus tendinopathy without a tear.",
    "",
    "Please assess and treat. No anticoagulants. Allergic to latex.",
    "",
    "Dr M. Voss",
)
RESULT = "Pathology Seaford\n\nFull blood count: within the usual range.\nPlatelets 240 (150 to 400).\nINR 1.0.\n"


def attach_some(patients: Sequence[Patient], *, desk: User, by: User, now: datetime) -> None:
    """To the first patient one paper of each usual kind, to the second a referral."""
    first, second = patients[0], patients[1]
    day = first.practice.local_date(now)
    papers = (
        (first, _paper(REFERRAL), "Referral Dr Voss.pdf", "referral", 40, desk),
        (first, RESULT.encode(), "Blood count.txt", "result", 33, by),
        (first, _paper(("Harbour Health", "Member card", "Extras cover: osteopathy")), "Insurance card.pdf", "office", 40, desk),
        (second, _paper((*REFERRAL[:2], "", "Please see for neck pain after long hours at a desk.")), "Referral Dr Voss.pdf",
         "referral", 12, desk),
    )  # fmt: skip
    for patient, content, name, kind, days, who in papers:
        values = {"kind": kind, "dated_on": day - timedelta(days=days)}
        at = now - timedelta(days=days - 1)
        actions.add_attachment(patient=patient, content=content, file_name=name, values=values, by=who, at=at)


def _paper(lines: Sequence[str]) -> bytes:
    target = BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1)
    for number, line in enumerate(lines):
        canvas.setFont("Helvetica-Bold" if number == 0 else "Helvetica", 15 if number == 0 else 11)
        canvas.drawString(72, 760 - 22 * number, line)
    canvas.showPage()
    canvas.save()
    return target.getvalue()
