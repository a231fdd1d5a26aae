"""What a document says, as plain values: no drawing here, no database, every sentence ready to print.

Sentences about sites come from the narrative module, texts about risks and aftercare from the versioned clinical
content; the drawing only places them. An empty text means "there is none": its line or section is left out, or says so
where leaving it out would hide something. Text is printed as it stands and never read as markup.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from treatments.plots import Plot

Pair = tuple[str, str]  # a label and its value
Side = Literal["left", "right", "midline"]


@dataclass(frozen=True)
class Practice:
    """Whose paper it is. Only the name and the emergency number are always there."""

    name: str
    address: str = ""
    phone: str = ""
    after_hours_phone: str = ""
    email: str = ""
    emergency_number: str = "000"
    paper_size: str = "A4"  # or "letter"


@dataclass(frozen=True)
class Practitioner:
    name: str
    profession: str = ""
    registration: str = ""


@dataclass(frozen=True)
class Patient:
    name: str
    born: str
    record_number: str
    body: str = "female"  # or "male": which body is drawn
    chart_version: str = "1"


@dataclass(frozen=True)
class Point:
    """A numbered dot in chart units of one view. `muscles` are the chart's own names (the regions' `muscle`) of what
    is shaded under it; empty shades nothing. A site that is not drawn anywhere has no point and is only listed."""

    number: int
    view: str
    x: float
    y: float
    muscles: tuple[str, ...]
    side: Side


@dataclass(frozen=True)
class Referral:
    """Where pain was felt elsewhere: a referral region of the clinical content, stippled on the drawing."""

    region: str
    side: Side  # midline stipples both sides of a paired region
    words: str  # "right temple"


@dataclass(frozen=True)
class Spot:
    """One line of the patient's list: several needles in one muscle share it."""

    numbers: tuple[int, ...]
    where: str
    anatomical: str = ""


@dataclass(frozen=True)
class Soreness:
    """When this patient's own soreness ended after earlier visits, in hours."""

    median_hours: int
    low_hours: int
    high_hours: int


@dataclass(frozen=True)
class Warning:
    """What to do, on which signs."""

    action: str
    signs: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class PatientSummary:
    """The page a patient takes home. Without spots it says so and leaves out what only needling brings."""

    practice: Practice
    practitioner: Practitioner
    patient: Patient
    date: str
    document: str
    urgent: Warning
    soon: Warning
    points: tuple[Point, ...] = ()
    spots: tuple[Spot, ...] = ()
    referrals: tuple[Referral, ...] = ()
    needles: str = ""
    change: str = ""
    what_it_is: str = ""
    expect: str = ""
    soreness: Soreness | None = None
    helps: tuple[str, ...] = ()
    next_visit: str = ""
    check_in: str = ""
    void: str = ""  # why, by whom, when: marked on the page
    language: str = "en-AU"


@dataclass(frozen=True)
class SiteRow:
    """One needled site: the sentence and the same again as cells. A cell nobody filled is empty."""

    number: int
    sentence: str
    structure: str
    side: str = ""
    trigger_point: str = ""
    technique: str = ""
    needle: str = ""  # "0.25 × 30"
    depth: str = ""
    passes: str = ""
    twitch: str = ""
    familiar_pain: str = ""
    reaction: str = ""


@dataclass(frozen=True)
class Measure:
    """One measure around the treatment; `yardstick` is the change that matters with its source, never a verdict."""

    name: str
    before: str = ""
    after: str = ""
    change: str = ""
    yardstick: str = ""


@dataclass(frozen=True)
class Lot:
    needle: str
    size: str
    number: str
    expires: str
    sites: str


@dataclass(frozen=True)
class Finding:
    """A safety finding as it stood when the session was signed, and the reason that was given."""

    level: str
    text: str
    reason: str
    by: str


@dataclass(frozen=True)
class Deviation:
    """A stop the session was signed against, because it had already happened, with the reason."""

    stop: str
    reason: str
    by: str


@dataclass(frozen=True)
class Addendum:
    author: str
    at: str
    reason: str
    text: str


@dataclass(frozen=True)
class ClinicalRecord:
    """The whole record of one session. What is empty is printed as not recorded, never guessed."""

    practice: Practice
    patient: Patient
    session: str  # the id
    treated_on: str
    facts: tuple[Pair, ...]  # treated, written, signed, late entry, practitioner, place, position, others present, ...
    document: str
    signature: tuple[Pair, ...]
    content_hash: str
    notes: tuple[Pair, ...] = ()  # Subjective, Objective, Assessment, Plan
    points: tuple[Point, ...] = ()
    referrals: tuple[Referral, ...] = ()
    sites: tuple[SiteRow, ...] = ()
    measures: tuple[Measure, ...] = ()
    ledger_verdict: str = ""
    ledger: tuple[Pair, ...] = ()
    lots: tuple[Lot, ...] = ()
    screening: str = ""
    findings: tuple[Finding, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    consent: tuple[Pair, ...] = ()
    advice: tuple[str, ...] = ()
    addenda: tuple[Addendum, ...] = ()
    versions: str = ""  # chart, catalogue, content and layout, when made, what it replaces
    void: str = ""  # why, by whom, when: marked on every page
    language: str = "en-AU"


@dataclass(frozen=True)
class Risk:
    label: str
    how_often: str
    out_of: str = ""
    source: str = ""
    serious: bool = False


@dataclass(frozen=True)
class Decided:
    """One scope item: what was asked, what was said, and when it was taken back."""

    label: str
    line: str
    said: str  # "I agree", "No", "Not asked"; empty on a form to be filled in by hand
    taken_back: str = ""


@dataclass(frozen=True)
class Drawn:
    """A signature as it was drawn: strokes of (x, y, pressure) in pad units, y down."""

    width: float
    height: float
    strokes: tuple[tuple[tuple[float, float, float], ...], ...]
    sha256: str


@dataclass(frozen=True)
class ConsentCopy:
    """What a patient was told and what they said, word for word; or, without a patient, the form to sign on paper."""

    practice: Practice
    title: str
    version: str  # "English, version 2"
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    risks: tuple[Risk, ...]
    decisions: tuple[Decided, ...]
    document: str = ""
    patient: Patient | None = None
    facts: tuple[Pair, ...] = ()  # when, by whom, how, obtained by, witness, in force to
    questions: str = ""
    discussed: str = ""
    signed: str = ""  # whose signature it is, and when
    drawn: Drawn | None = None
    scans: tuple[str, ...] = ()  # digests of the scanned paper
    taken_back: tuple[str, ...] = ()
    draft: bool = False  # the text is not published: nobody may sign it
    made: str = ""
    language: str = "en-AU"


@dataclass(frozen=True)
class Letter:
    """A letter about a patient: the author's paragraphs, and between them the facts as the record has them."""

    practice: Practice
    practitioner: Practitioner
    patient: Patient
    date: str
    document: str
    addressee: tuple[str, ...]  # as on the envelope
    subject: str
    salutation: str = ""
    opening: tuple[str, ...] = ()
    facts: tuple[Pair, ...] = ()
    closing: tuple[str, ...] = ()
    farewell: str = ""
    enclosures: str = ""
    draft: bool = False  # not issued: the page says so
    language: str = "en-AU"


@dataclass(frozen=True)
class Visit:
    """One visit of a course of care. A score nobody asked for is None: a gap, never a zero."""

    label: str  # "1"
    date: str  # "13 Oct"
    treated: str  # short names of what was needled
    needles: int
    passes: int | None = None
    twitches: int | None = None
    before: int | None = None
    after: int | None = None
    soreness_24: int | None = None
    soreness_72: int | None = None
    note: str = ""


@dataclass(frozen=True)
class MuscleRow:
    """Passes in one muscle, visit by visit; None where it was needled and nobody counted."""

    name: str
    passes: tuple[int | None, ...]


@dataclass(frozen=True)
class Band:
    """A change that mattered to patients, from the first value: from `least` to `most` points, with its source."""

    least: float
    most: float
    source: str


@dataclass(frozen=True)
class OutcomePlot:
    """A score over time, as the record's own pages draw it."""

    title: str
    plot: Plot


@dataclass(frozen=True)
class Outcome:
    """First and latest value of a measure. `yardstick` is the change that matters, with its source."""

    name: str
    first: str
    latest: str
    change: str
    better: str
    yardstick: str


@dataclass(frozen=True)
class CourseReport:
    """A course of care: how pain and function moved, what was done, how the body answered, what comes next."""

    practice: Practice
    practitioner: Practitioner
    patient: Patient
    title: str
    facts: tuple[Pair, ...]
    document: str
    in_short: str = ""
    visits: tuple[Visit, ...] = ()
    band: Band | None = None  # of pain before treatment
    plots: tuple[OutcomePlot, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    muscles: tuple[MuscleRow, ...] = ()
    response: tuple[str, ...] = ()
    plan: tuple[str, ...] = ()
    made: str = ""
    language: str = "en-AU"


@dataclass(frozen=True)
class Told:
    """One entry of a list by date: the day in the gutter, what it is, what it says."""

    label: str
    head: str
    text: str = ""


@dataclass(frozen=True)
class FullRecord:
    """Everything about one person. `listed` says practitioner and course of care of each session, in the same order."""

    practice: Practice
    patient: Patient
    document: str
    made: str
    facts: tuple[Pair, ...]  # who asked, with what authority, how they were recognised
    person: tuple[Pair, ...]
    withheld: str = ""
    statements: tuple[Told, ...] = ()
    alerts: tuple[Told, ...] = ()
    sessions: tuple[ClinicalRecord, ...] = ()
    listed: tuple[Pair, ...] = ()
    parts: tuple[tuple[str, tuple[Told, ...]], ...] = ()
    language: str = "en-AU"

    def contents(self) -> Iterator[tuple[ClinicalRecord, str, str]]:
        for session, (practitioner, course) in zip(self.sessions, self.listed, strict=True):
            yield session, practitioner, course
