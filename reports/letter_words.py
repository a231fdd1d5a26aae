"""The first words of a letter, put together from the record: pure, so that every sentence can be tested.

Nothing is said that the record does not hold: what was not asked or not recorded is not mentioned. The practitioner
changes whatever should read otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True)
class Heard:
    """What one signed session says: its day, its notes, its sites in sentences, pain before and after (0 to 10)."""

    day: str  # "13 October 2025"
    subjective: str = ""
    objective: str = ""
    assessment: str = ""
    plan: str = ""
    sites: tuple[str, ...] = ()  # sentences
    muscles: tuple[str, ...] = ()  # "right infraspinatus", each once
    needles: int = 0
    before: int | None = None
    after: int | None = None
    adjuncts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Story:
    """A patient and their sessions, oldest first."""

    patient: str
    sessions: tuple[Heard, ...]
    referred_by_addressee: bool = False
    problem: str = ""
    diagnosis: str = ""
    events: tuple[str, ...] = ()  # "a bruise on 20 November 2025"
    soreness: tuple[int, ...] = ()  # the highest answer after each session that has one
    next_review: str = ""
    consent: str = ""  # "given on 13 October 2025, signed on screen"
    screening: tuple[str, ...] = ()  # what was answered yes or unsure
    goals: str = ""


def counted(number: int, one: str, many: str) -> str:
    """`six sessions`, `13 needles`: small numbers in words."""
    said = NUMBERS[number] if number < len(NUMBERS) else str(number)
    return f"{said} {one if number == 1 else many}"


def listed(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def sentence(text: str) -> str:
    """Ends with a full stop, whatever it ended with."""
    text = text.strip()
    return text if not text or text[-1] in ".!?" else f"{text}."


def presentation(story: Story) -> str:
    """Who, since when, with what, and what was found at the first visit."""
    first = story.sessions[0]
    opener = "Thank you for referring" if story.referred_by_addressee else "I am writing about"
    seen = "who was seen here on" if len(story.sessions) == 1 else "who was first seen here on"
    problem = f" with {_small(story.problem.strip().rstrip('.'))}" if story.problem.strip() else ""
    parts = [f"{opener} {story.patient}, {seen} {first.day}{problem}."]
    history = " ".join(filter(None, [sentence(first.subjective), sentence(first.objective)]))
    said = [" ".join(parts), history]
    if story.diagnosis:
        said.append(f"Working diagnosis: {sentence(story.diagnosis)}")
    return "\n\n".join(filter(None, said))


def treatment(story: Story) -> str:
    """What was done: one session site by site, in the record's own sentences; a course in sum."""
    needled = [s for s in story.sessions if s.sites]
    adjuncts = list(dict.fromkeys(a for s in story.sessions for a in s.adjuncts))
    beside = f" Besides needling: {listed(adjuncts)}." if adjuncts else ""
    if not needled:
        return f"No needles were used.{beside.replace('Besides needling', 'Treatment')}"
    if len(story.sessions) == 1:
        one = needled[0]
        head = f"On {one.day} I used dry needling, {counted(one.needles, 'needle', 'needles')} in all:"
        return "\n".join([head, *one.sites]) + (f"\n{beside.strip()}" if beside else "")
    total = sum(s.needles for s in needled)
    head = (
        f"From {story.sessions[0].day} to {story.sessions[-1].day} there were "
        f"{counted(len(story.sessions), 'session', 'sessions')}, {_with_needling(len(needled), len(story.sessions))}: "
        f"{counted(total, 'needle', 'needles')} in all."
    )
    return f"{head} {_muscles(needled)}{beside}"


def _with_needling(needled: int, all_of_them: int) -> str:
    return (
        "all with dry needling" if needled == all_of_them else f"{counted(needled, 'one', 'of them')} with dry needling"
    )


def _muscles(needled: Sequence[Heard]) -> str:
    """`Needled: right infraspinatus (5 sessions), ...`, most often first."""
    often: dict[str, int] = {}
    for session in needled:
        for muscle in session.muscles:
            often[muscle] = often.get(muscle, 0) + 1
    ranked = sorted(often.items(), key=lambda item: -item[1])
    told = [f"{name} ({counted(times, 'session', 'sessions')})" for name, times in ranked]
    return f"Needled: {listed(told)}."


def response(story: Story) -> str:
    """How pain moved, what came afterwards, and the last assessment."""
    said = [_pain(story.sessions), _soreness(story)]
    said.append(f"Unwanted effects: {listed(story.events)}." if story.events else "")
    last = story.sessions[-1]
    return "\n\n".join(filter(None, [" ".join(filter(None, said)), sentence(last.assessment)]))


def _pain(sessions: Sequence[Heard]) -> str:
    scored = [s for s in sessions if s.before is not None]
    if len(scored) > 1:
        first, last = scored[0], scored[-1]
        same = first.before == last.before
        moved = f"was {first.before} out of 10" if same else f"went from {first.before} to {last.before} out of 10"
        return f"Pain before treatment {moved} between {first.day} and {last.day}."
    last = sessions[-1]
    if last.before is not None and last.after is not None:
        return f"Pain was {last.before} out of 10 before treatment and {last.after} after it."
    return ""


def _soreness(story: Story) -> str:
    if not story.soreness:
        return ""
    known = f"asked and answered after {counted(len(story.soreness), 'session', 'sessions')}"
    return f"Soreness in the days after was at most {max(story.soreness)} out of 10 ({known})."


def plan(story: Story) -> str:
    last = story.sessions[-1]
    review = f"Next review: {story.next_review}." if story.next_review else ""
    return "\n\n".join(filter(None, [sentence(last.plan), review]))


def remarks(story: Story) -> str:
    """What a doctor must know beside it: what screening found, and the consent that was given."""
    found = f"Screening before treatment noted: {'; '.join(story.screening)}." if story.screening else ""
    consent = f"Consent to dry needling was {story.consent}." if story.consent else ""
    return " ".join(filter(None, [found, consent]))


def salutation(name: str) -> str:
    """`Dear Dr Voss,` for a titled name, else the whole name; nobody's title is guessed."""
    words = name.split()
    if not words:
        return "Dear colleague,"
    titled = words[0].rstrip(".").casefold() in {"dr", "prof", "professor", "a/prof", "mr", "mrs", "ms", "mx"}
    return f"Dear {words[0]} {words[-1]}," if titled and len(words) > 1 else f"Dear {' '.join(words)},"


def _small(words: str) -> str:
    """Into the middle of a sentence; an abbreviation keeps its capitals."""
    return words[:1].lower() + words[1:] if words[1:2].islower() else words
