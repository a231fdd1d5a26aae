"""The two demo practices: people, rooms, needles, patients, and a year of sessions."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from consent import actions as consent_actions
from consent import screening_form
from consent.models import Consent, ConsentText, Screening
from patients import actions as patient_actions
from patients.models import Alert, Patient
from practice import actions as practice_actions
from practice.models import Clinic, Practice, User
from reports.demo import (
    aftercare,
    arrivals,
    attachments,
    duplicates,
    front_desk,
    looks,
    mail,
    moving,
    people,
    registrations,
)
from reports.demo.complaints import COMPLAINTS, EVENTS, OWN_SNIPPET, Complaint, Spot
from reports.demo.letters import write_letters
from reports.demo.phone import ring
from reports.demo.scores import score_visit, tolerance_of
from treatments import actions, bodychart
from treatments.columns import session_columns
from treatments.models import Episode, FollowUp, NeedleLot, NeedlingSession

PASSWORD = "needle-demo"  # the demo only; a real practice chooses its own
PATIENTS, SESSIONS = 60, 300
MELBOURNE = ZoneInfo("Australia/Melbourne")


class Demo:
    """Builds everything with one seeded generator, so that every start of the demo shows the same practice."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.today = now.astimezone(MELBOURNE).date()
        self.random = Random(20261124)

    def build(self) -> None:
        self.practice, self.anna = self._practice("Harbour Lane Osteopathy", "anna@demo.example", "Anna Kovač")
        self._people()
        self._places()
        patients = self._patients(PATIENTS - duplicates.PAIRS)
        visits = sorted(self._visits(patients), key=lambda visit: visit[0])
        for at, patient, number in visits:
            self.visit(patient, at, number)
        self._unfinished(patients)
        ring(self, self._free(patients))
        self._corrections()
        self._events()
        moving.move_in(patients, by=self.anna, at=self.now)
        moving.ask_for_record(patients[3], by=self.dana, at=self.now)
        attachments.attach_some(patients, desk=self.dana, by=self.anna, now=self.now)
        write_letters(patients[0], by=self.anna, at=self.now)
        mail.send_some(self.practice, front_desk=self.dana, now=self.now)
        looks.look_around(self.practice, people=(self.dana, self.ben, self.anna), now=self.now)
        duplicates.add(patients, desk=self.dana, now=self.now)
        arrivals.arrive(patients, anna=self.anna, ben=self.ben, desk=self.dana, now=self.now)
        registrations.register_by_link(desk=self.dana, now=self.now)
        front_desk.write_down(patients, desk=self.dana, manager=self.anna, now=self.now)
        self._elsewhere()

    def _events(self) -> None:
        """What a year brings: bruises, a faint, a needle that bent; one is still open."""
        signed = NeedlingSession.objects.filter(practice=self.practice, status="signed", no_needling=False).order_by(
            "started_at"
        )
        rows = list(signed.select_related("patient__practice", "practice", "practitioner"))
        for kind, severity, words, done, over in EVENTS:
            session = self.random.choice(rows[-200:-5])
            onset = session.started_at + timedelta(minutes=20)
            values = {"kind": kind, "severity": severity, "onset_at": onset, "description": words, "action_taken": done,
                      "noticed_by": "practitioner"}  # fmt: skip
            if over:
                values |= {"resolved_at": onset + timedelta(days=over), "outcome": "Over without trace."}
            actions.record_event(
                patient=session.patient,
                session=session,
                values=values,
                by=session.practitioner,
                at=onset + timedelta(days=over + 1),
            )
        aftercare.days_after(self.practice, ben=self.ben, now=self.now)

    def _practice(self, name: str, email: str, manager: str) -> tuple[Practice, User]:
        values = {
            "name": name,
            "address": "12 Harbour Lane, Seaford VIC 3198",
            "phone": "(03) 5550 0117",
            "after_hours_phone": "(03) 5550 0199",
            "email": "rooms@demo.example",
        }
        person = {"full_name": manager, "email": email, "role": "practitioner", "registration_number": "OST0001234567"}
        long_ago = self.now - timedelta(days=400)
        return practice_actions.set_up_practice(values=values, manager=person, password=PASSWORD, at=long_ago)

    def _people(self) -> None:
        roles = (
            ("ben", "Ben Adeyemi", "practitioner", "OST0007654321"),
            ("dana", "Dana Whitfield", "front_desk", ""),
            ("olga", "Olga Lindqvist", "auditor", ""),
        )
        made = {}
        for name, full_name, role, number in roles:
            values = {"email": f"{name}@demo.example", "full_name": full_name, "role": role,
                      "registration_number": number}  # fmt: skip
            person = practice_actions.invite_person(values=values, by=self.anna)
            made[name] = practice_actions.set_password(person=person, password=PASSWORD)
        self.ben, self.dana = made["ben"], made["dana"]
        for person in (self.anna, self.ben):
            credential: dict[str, Any] = {"kind": "thoracic_needling", "issuer": "Demo College of Needling",
                      "expires_on": self.today + timedelta(days=500)}  # fmt: skip
            practice_actions.add_credential(person=person, values=credential, by=self.anna)

    def _places(self) -> None:
        self.clinics: list[Clinic] = [
            practice_actions.add_clinic(values={"name": name, "address": "12 Harbour Lane"}, by=self.anna)
            for name in ("Room 1", "Room 2")
        ]
        boxes = (
            ("Seirin J", "0.25", 15, "K2118", 900),
            ("Seirin J", "0.30", 30, "K2291", 700),
            ("Seirin J", "0.30", 40, "K2304", 650),
            ("Hwato", "0.30", 50, "H7710", 500),
            ("Hwato", "0.30", 60, "H7741", 450),
            ("Hwato", "0.30", 75, "H7802", 480),
            ("Hwato", "0.25", 25, "H6015", 420),
        )
        self.lots: dict[int, NeedleLot] = {}
        for brand, gauge, length, number, days in boxes:
            values = {"brand": brand, "gauge_mm": gauge, "length_mm": length, "lot_number": number,
                      "expires_on": self.today + timedelta(days=days), "opened_in": "Room 1"}  # fmt: skip
            self.lots[length] = actions.add_lot(values=values, by=self.anna)
        self.text = ConsentText.objects.get(practice=self.practice)
        self._next_text()
        actions.add_snippet(values=OWN_SNIPPET, personal=True, by=self.anna)

    def _next_text(self) -> None:
        """A draft of version 2, so that the manager's page has something to edit and to publish."""
        draft = consent_actions.next_version(pk=self.text.pk, by=self.anna)
        flying = "Do not fly for two days after such a treatment without asking us first."
        sections = [section | {"body": [*section["body"][:-1], flying]} if section["key"] == "chest" else section
                    for section in draft.sections]  # fmt: skip
        consent_actions.change_text(pk=draft.pk, values={"sections": sections}, by=self.anna, version=draft.version)

    def _patients(self, count: int) -> list[Patient]:
        at = self.now - timedelta(days=380)
        registered = [
            patient_actions.register_patient(values=values, by=self.dana, at=at, confirm_not_duplicate=True)
            for values in people.patients(self.random, count, self.today)
        ]
        for patient, (kind, severity, text) in zip(registered, people.ALERTS * 3, strict=False):
            values = {"kind": kind, "severity": severity, "text": text, "starts_on": self.today - timedelta(days=200)}
            if self.random.random() < 0.8:
                patient_actions.add_alert(patient=patient, values=values, by=self.anna)
        return registered

    def _visits(self, patients: list[Patient]) -> Iterator[tuple[datetime, Patient, int]]:
        """Courses of weekly visits over the last year, until there are enough."""
        left = SESSIONS - 4  # three drafts and one of today come at the end
        each, more = divmod(left, len(patients))
        for index, patient in enumerate(patients):
            count = each + (1 if index < more else 0) + {0: 2, 1: -1, 2: -1}.get(index, 0)  # one long course to report
            yield from self._course(patient, count, ends_ago=self._last_visit(index))

    def _last_visit(self, index: int) -> int:
        """Days since the last visit: a third of the patients are in the middle of their course."""
        return 1 + index // 3 if index % 3 == 0 else self.random.randint(8, 300)

    def _course(self, patient: Patient, count: int, *, ends_ago: int) -> Iterator[tuple[datetime, Patient, int]]:
        """Weekly visits that end so many days ago; the first one brings the consent."""
        day = self.today - timedelta(days=ends_ago)
        for number in reversed(range(count)):
            yield self._moment(day), patient, number
            day -= timedelta(days=self.random.randint(6, 10))

    def _moment(self, day: date) -> datetime:
        clock = time(self.random.randint(8, 17), self.random.choice((0, 15, 30, 45)))
        return datetime.combine(day, clock, MELBOURNE).astimezone(UTC)

    def _free(self, patients: list[Patient]) -> list[Patient]:
        """Patients in the middle of a course who have no draft: the first was needled near the lung."""
        recent = [p for p in patients[12:40:3] if COMPLAINTS[p.record_number % len(COMPLAINTS)].near_the_lung]
        return recent + [p for p in patients[13:] if p not in recent]

    def visit(self, patient: Patient, at: datetime, number: int, **more: Any) -> None:
        """A whole visit: consent at the first, screening, the session signed, and the days after."""
        who = self.anna if patient.record_number % 5 < 3 else self.ben
        complaint = COMPLAINTS[patient.record_number % len(COMPLAINTS)]
        side = "right" if patient.record_number % 3 else "left"
        consent = self._consent(patient, who, at) if number == 0 else self._consent_of(patient)
        screening = self._screening(patient, who, at)
        episode = self._episode(patient, who, complaint, side)
        values = self._session(patient, complaint, side, number) | {
            "practitioner": who.pk, "started_at": at, "ended_at": at + timedelta(minutes=25),
            "consent": consent.pk, "screening": screening.pk, "episode": episode.pk,
            "clinic": self.random.choice(self.clinics).pk,
        } | more  # fmt: skip
        written = actions.start_session(patient=patient, values=session_columns(values, whole=True), by=who,
                                        at=at + timedelta(minutes=16))  # fmt: skip
        signed_at = at + timedelta(minutes=28)
        actions.sign_session(pk=written.session.pk, by=who, at=signed_at, version=written.session.version)
        score_visit(written.session, complaint.title, number)
        self._answers(written.session, number)

    def _consent_of(self, patient: Patient) -> Consent:
        return Consent.objects.filter(patient=patient).latest("given_at")

    def _consent(self, patient: Patient, who: User, at: datetime) -> Consent:
        decisions = dict.fromkeys(("general", "thorax_neck", "abdomen"), "given")
        decisions["electrical"] = self.random.choice(("given", "refused"))
        if patient.documents_by_email_ok:
            decisions["documents_by_email"] = "given"
        values = {
            "decisions": decisions,
            "risks_discussed": [risk["key"] for risk in self.text.risks],
            "method": "signature",
            "signature": self._signature(),
            "given_at": at - timedelta(minutes=10),
        }
        return consent_actions.record_consent(patient=patient, text=self.text, values=values, by=who, at=at)

    def _signature(self) -> dict[str, Any]:
        """A scribble: a wave with its own rhythm."""
        height, step = self.random.randint(30, 60), self.random.randint(14, 22)
        points = [{"x": 60 + i * step, "y": 110 + (height if i % 2 else -height) * (1 - i / 40), "t": i * 40,
                   "pressure": 0.5} for i in range(20)]  # fmt: skip
        return {"width": 600, "height": 200, "strokes": [points]}

    def _screening(self, patient: Patient, who: User, at: datetime) -> Screening:
        answers = [{"key": q["key"], "answer": "no"} for q in screening_form.questions()]
        values = {"answers": answers, "reviewed": True, "taken_at": at - timedelta(minutes=5)}
        return consent_actions.record_screening(patient=patient, values=values, by=who, at=at)

    def _episode(self, patient: Patient, who: User, complaint: Complaint, side: str) -> Episode:
        found = Episode.objects.filter(patient=patient).first()
        title = f"{side.capitalize()} {complaint.title}"
        values = {"title": title, "side": side, "planned_sessions": 6, "goals": "Sleep through; back to usual work."}
        return found or actions.open_episode(patient=patient, values=values, by=who)

    def _session(self, patient: Patient, complaint: Complaint, side: str, number: int) -> dict[str, Any]:
        spots = self.random.sample(complaint.spots, self.random.randint(3, len(complaint.spots)))
        sites = [self._site(patient, spot, side, number) for spot in spots]
        if self.random.random() < 0.4:
            sites.append(self._site(patient, spots[0], side, number))
        words = {
            "side": side.capitalize(),
            "side_lower": side,
            "weeks": max(7 - number, 2),
            "nights": max(5 - number, 2),
        }
        before = max(7 - number, 2)
        total = sum(site["needles"] for site in sites)
        return {
            "patient": patient.pk,
            "subjective": complaint.subjective.format(**words),
            "objective": complaint.objective.format(**words),
            "assessment": complaint.assessment.format(**words),
            "plan": complaint.plan.format(**words),
            "pain_before": before,
            "pain_after": max(before - self.random.randint(1, 3), 0),
            "position": complaint.position,
            "tolerance": tolerance_of(patient.record_number, number),
            "adjuncts": self.random.sample(["soft_tissue", "articulation", "hvla", "exercise"], 2),
            "skin_preparation": True,
            "gloves": True,
            "sharps_disposed": True,
            "consent_confirmed": True,
            "safety_net_given": complaint.near_the_lung,
            "advice_given": ["soreness", "movement", "red_flags"],
            "needles_in": total,
            "needles_out": total,
            "acknowledged_findings": self._reasons(patient),
            "sites": sites,
        }

    def _reasons(self, patient: Patient) -> list[dict[str, str]]:
        """What the practitioner answered to the patient's alerts."""
        reasons = []
        for alert in Alert.objects.filter(patient=patient):
            if alert.severity == Alert.Severity.DANGER:
                reasons.append({"key": f"alert_{alert.pk}", "reason": "Seen; alcohol wipe used instead."})
            if alert.kind == Alert.Kind.ANTICOAGULANT:
                told = "Superficial sites only, pressed for one minute each."
                reasons += [{"key": "anticoagulant", "reason": told}]
                reasons += [{"key": "bleeding_risk_noncompressible", "reason": told}]
        return reasons

    def _site(self, patient: Patient, spot: Spot, side: str, number: int) -> dict[str, Any]:
        active = self.random.random() < max(0.75 - number * 0.12, 0.15)
        count = self.random.choice((0, 1, 2, 2, 3, 4, 5))
        lot = self.lots[spot.length_mm]
        place = bodychart.label_point(spot.structure, side, patient.body)
        return {
            "structure": spot.structure,
            "side": side,
            "criteria": {"taut_band": "yes", "hypersensitive_spot": "yes", "referred_pain": "yes" if active else "no"},
            "chart_point": self._point(place, patient.body) if place else None,
            "technique": spot.technique,
            "gauge_mm": lot.gauge_mm,
            "length_mm": spot.length_mm,
            "lot": lot.pk,
            "depth_mm": spot.depth_mm + self.random.randint(-3, 3),
            "needles": 1,
            "insertions": self.random.randint(1, 5),
            "twitch": {"seen": self.random.choice(("visible", "palpated")) if count else "none", "count": count},
            "familiar_pain": active,
            "referred_to": list(spot.refers) if active else [],
            "pain_during": self.random.randint(2, 6),
            "reaction": "none",
        }

    def _point(self, place: tuple[str, float, float], body: str) -> dict[str, Any]:
        view, x, y = place
        x, y = round(x + self.random.uniform(-2, 2), 1), round(y + self.random.uniform(-2, 2), 1)
        return {"chart_version": bodychart.VERSION, "body": body, "view": view, "x": x, "y": y}

    def _answers(self, session: NeedlingSession, number: int) -> None:
        """What the patient said a day and three days later; three in ten say nothing."""
        for check in self._due(session):
            if self.random.random() < 0.3:
                self._no_answer(check)
                continue
            hours = round((check.due_at - session.started_at).total_seconds() / 3600)
            treated = {(s.structure_id, s.side) for s in session.sites.all()}
            most = self.random.choice((2, 3, 3, 4, 5, 6)) if hours <= 30 else self.random.choice((0, 0, 0, 1, 2))
            scores = [{"structure": key, "side": side, "score": max(most - self.random.randint(0, 2), 0)}
                      for key, side in sorted(treated)]  # fmt: skip
            values = {"hours_since": hours, "soreness": scores, "still_sore": most > 1, "function": "none", "bruise": False,
                      "red_flags": [], "comment": "", "reported_by": "staff"}  # fmt: skip
            answered = min(check.due_at + timedelta(hours=1), self.now)
            actions.record_answer(pk=check.pk, values=values, by=self.dana, at=answered, version=check.version)

    def _due(self, session: NeedlingSession) -> Iterator[FollowUp]:
        """What was due until two days ago, one after the other: an answer may plan another. The newest are `days_after`'s."""
        due = FollowUp.objects.filter(
            session=session, state="planned", kind="soreness_check", due_at__lt=self.now - aftercare.FRESH
        )
        seen: set[object] = set()
        while check := due.exclude(pk__in=seen).order_by("due_at").first():
            seen.add(check.pk)
            yield check

    def _no_answer(self, check: FollowUp) -> None:
        """Tried for some days, then closed; the newest are still to be called."""
        if check.due_at < self.now - timedelta(days=3):
            actions.close(pk=check.pk, reason="No answer after two calls", by=self.dana, version=check.version)

    def _unfinished(self, patients: list[Patient]) -> None:
        """Three drafts of Anna's: late, ready, and one with a needle still in."""
        ages = (timedelta(days=2, hours=3), timedelta(days=1, hours=2), timedelta(minutes=23))
        for index, (patient, age) in enumerate(zip(patients[3:12:3], ages, strict=True)):
            at = self.now - age
            side = "right" if patient.record_number % 3 else "left"
            complaint = COMPLAINTS[0]
            values = self._session(patient, complaint, side, 5) | {
                "practitioner": self.anna.pk, "started_at": at, "consent": self._consent_of(patient).pk,
                "screening": self._screening(patient, self.anna, at).pk,
            }  # fmt: skip
            if index == 0:
                values["safety_net_given"] = False
            if index == 2:
                values["needles_out"] = values["needles_in"] - 1
                values["plan"] = ""
            actions.start_session(patient=patient, values=session_columns(values, whole=True), by=self.anna,
                                  at=at + timedelta(minutes=5))  # fmt: skip

    def _corrections(self) -> None:
        """One session with an addendum, one that is void."""
        signed = NeedlingSession.objects.filter(practice=self.practice, status="signed").order_by("-started_at")
        first, second = signed[9], signed[14]
        actions.add_addendum(session_pk=first.pk, text="Patient rang: bruise of 2 cm, no swelling. Advised a cold pack.",
                             reason="Information received later", by=first.practitioner, at=self.now)  # fmt: skip
        actions.void_session(pk=second.pk, reason="Written on the wrong day; written again.", by=self.anna, at=self.now,
                             version=second.version)  # fmt: skip

    def _elsewhere(self) -> None:
        """Another practice, so that it can be seen that nobody reaches its rows."""
        _, zoe = self._practice("Elsewhere Osteopathy", "zoe@other.example", "Zoe Marsh")
        for family, given, year in (("Fremd", "Xaver", 1970), ("Autre", "Élise", 1984), ("Other", "Olive", 1991)):
            values = {"family_name": family, "given_names": given, "date_of_birth": date(year, 5, 4)}
            patient_actions.register_patient(values=values, by=zoe, at=self.now)
