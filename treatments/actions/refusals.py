"""The ways in which a session says no, each in a sentence for the person at the screen."""

from practice.errors import Refused


class NotADraft(Refused):
    code = "not_a_draft"
    message = "This session is not a draft any more. Write an addendum, or reopen it within the grace after signing."


class AwaitsCountersignature(Refused):
    code = "awaits_countersignature"
    message = "You have signed this. It counts as signed when your supervisor has countersigned."


class NothingToCountersign(Refused):
    code = "nothing_to_countersign"
    message = "No student's signature waits here."


class NotSigned(Refused):
    code = "not_signed"
    message = "This session is not signed."


class NotReadyToSign(Refused):
    code = "not_ready_to_sign"
    message = "Something still stands in the way of signing. Everything is listed, each with its cure."


class GraceOver(Refused):
    code = "grace_over"
    message = "The time to reopen is over, or a document was issued. Write an addendum instead."


class NotDiscarded(Refused):
    code = "not_discarded"
    message = "This session is not discarded."


class AlreadyTreating(Refused):
    code = "already_treating"
    message = "This is already your session."


class ReasonMissing(Refused):
    code = "reason_missing"
    message = "Write the reason. It stays in the record."


class PatientIsFixed(Refused):
    code = "patient_is_fixed"
    message = "A session cannot move to another patient. Void it and write it again for the right one."


class AlreadyAnswered(Refused):
    code = "already_answered"
    message = "This check is already answered or closed."


class NotTaken(Refused):
    code = "not_taken"
    message = "A practitioner takes the warning sign first; then what was advised and done is written."
