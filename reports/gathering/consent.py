"""What the copy of a consent says: the text as it was shown, the decisions, who gave them and how."""

from datetime import datetime

from consent import signature, state
from consent.languages import name_of
from consent.models import Consent, ConsentText, Withdrawal
from practice.models import Practice
from reports import contents
from reports.gathering import shared

SAID = {"given": "I agree", "refused": "No", "not_offered": "Not asked"}
METHODS = {"signature": "Signed on screen", "verbal": "Spoken", "paper_scan": "Signed on paper"}


def consent_copy(consent: Consent, *, document: str, at: datetime) -> contents.ConsentCopy:
    """Everything the patient was told and said, with what was taken back since."""
    text, withdrawals = consent.text, list(consent.withdrawals.all())
    return contents.ConsentCopy(
        practice=shared.letterhead_of(consent.practice),
        title=text.title,
        version=f"{name_of(text.language)}, version {text.text_version}",
        sections=_sections(text),
        risks=_risks(text),
        decisions=tuple(_decided(item, consent, withdrawals) for item in text.scope_items),
        document=document,
        patient=contents.Patient(
            name=consent.patient.whole.full_name,
            born=shared.long_day(consent.patient.whole.date_of_birth),
            record_number=f"{consent.patient.whole.record_number:06d}",
        ),
        facts=_facts(consent),
        questions=consent.questions,
        discussed=_discussed(consent),
        signed=f"{_speaker(consent)}, {shared.moment(consent.given_at, consent.practice.zone)}",
        drawn=_drawn(consent),
        scans=tuple(scan.sha256 for scan in consent.scans.all()),
        taken_back=tuple(_taken_back(w, consent) for w in withdrawals),
        made=_made(consent, at),
        language=consent.practice.locale,
    )


def consent_form(text: ConsentText, *, practice: Practice) -> contents.ConsentCopy:
    """The text to be read and signed on paper; a draft says that it is one."""
    return contents.ConsentCopy(
        practice=shared.letterhead_of(practice),
        title=text.title,
        version=f"{name_of(text.language)}, version {text.text_version}",
        sections=_sections(text),
        risks=_risks(text),
        decisions=tuple(contents.Decided(item["label"], item["line"], "") for item in text.scope_items),
        draft=text.published_at is None,
        language=practice.locale,
    )


def _sections(text: ConsentText) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((section["heading"], tuple(section["body"])) for section in text.sections)


def _risks(text: ConsentText) -> tuple[contents.Risk, ...]:
    return tuple(
        contents.Risk(
            risk["label"], risk["how_often"], risk.get("denominator", ""), risk["source"], bool(risk.get("serious"))
        )
        for risk in text.risks
    )


def _decided(item: dict[str, str], consent: Consent, withdrawals: list[Withdrawal]) -> contents.Decided:
    said = consent.decisions.get(item["key"], "not_offered")
    taken = [w for w in withdrawals if said == "given" and w.scope in (item["key"], "all")]
    back = f"Taken back on {shared.moment(taken[0].withdrawn_at, consent.practice.zone)}" if taken else ""
    return contents.Decided(item["label"], item["line"], SAID[said], back)


def _facts(consent: Consent) -> tuple[contents.Pair, ...]:
    pairs = (
        ("Given on", shared.moment(consent.given_at, consent.practice.zone)),
        ("Given by", _speaker(consent)),
        ("How", METHODS[consent.method]),
        ("Not signed because", consent.not_signed_reason),
        ("Obtained by", shared.practitioner_of(consent.obtained_by).name),
        ("Witness", consent.witness),
        ("In force to", shared.long_day(consent.valid_until)),
        ("To take care of", " ".join(care.message for care in state.cares_of(consent))),
    )
    return tuple((name, value) for name, value in pairs if value)


def _speaker(consent: Consent) -> str:
    if consent.given_by_kind == Consent.GivenBy.PATIENT:
        return consent.given_by_name or consent.patient.full_name
    what = f"{consent.get_given_by_kind_display().lower()}: {consent.given_by_relation}".rstrip(": ")
    return f"{consent.given_by_name} ({what})"


def _discussed(consent: Consent) -> str:
    risks = {risk["key"]: risk["label"] for risk in consent.text.risks}
    if not consent.risks_discussed:
        return "Not recorded here. The practitioner explains them and confirms it in the session."
    if set(consent.risks_discussed) >= set(risks):
        return f"All of them, by {consent.obtained_by.full_name}."
    return f"{'; '.join(risks.get(key, key) for key in consent.risks_discussed)}; by {consent.obtained_by.full_name}."


def _drawn(consent: Consent) -> contents.Drawn | None:
    if not consent.signature:
        return None
    drawn = signature.parse(consent.signature)
    strokes = tuple(tuple((p.x, p.y, p.pressure) for p in stroke) for stroke in drawn.strokes)
    return contents.Drawn(drawn.width, drawn.height, strokes, consent.signature_sha256)


def _taken_back(withdrawal: Withdrawal, consent: Consent) -> str:
    labels = {item["key"]: item["label"] for item in consent.text.scope_items}
    what = "All of it" if withdrawal.scope == "all" else labels.get(withdrawal.scope, withdrawal.scope)
    when = shared.moment(withdrawal.withdrawn_at, consent.practice.zone)
    by = f", taken down by {withdrawal.created_by.full_name}" if withdrawal.created_by else ""
    return f"{what}: {when}{by}." + (f" Reason: {withdrawal.reason.rstrip('. ')}." if withdrawal.reason else "")


def _made(consent: Consent, at: datetime) -> str:
    return f"Consent {consent.pk}. This copy was made on {shared.moment(at, consent.practice.zone)}."
