"""What the mails of this app say. Composed when they are sent: address, permission and facts are those of then.

No mail says who was treated, with what or for what: the practice's name, what to do, and a link.
"""

from django.urls import reverse
from django.utils import timezone

from practice.models import OutgoingEmail, User
from practice.outgoing import Composed, NotToBeSent, public_address
from treatments import actions
from treatments.models import FollowUp

CHECK = """Hello,

how are you? {practice} would like to know. It takes about 20 seconds:

{link}

You are asked for your date of birth first. The link works until {until}, and once.

Are you very unwell now? Do not write: call {emergency}.{phone}

You get this mail because you told us that we may write to you. Tell us at any time to stop.
{practice}
"""
NEEDED = """A warning sign was reported, and you are named to see to it now.

{link}

Sign in there and take it. If nobody has taken it by {until}, it goes to the next person.
"""


def soreness_check(email: OutgoingEmail) -> Composed:
    """To the patient, with a link made for this mail. Held back when the check is no longer asked by mail."""
    rows = FollowUp.objects.select_related("patient__merged_into", "practice").filter(practice=email.practice_id)
    check = rows.filter(pk=email.about["follow_up"]).first()
    if check is None or check.state != FollowUp.State.SENT or str(check.version) != email.about["version"]:
        raise NotToBeSent("It is not asked by mail any more.")
    patient, now = check.patient.merged_into or check.patient, timezone.now()
    if because := actions.why_not_by_mail(patient):
        actions.ring_instead(pk=check.pk, because=because)
        raise NotToBeSent(f"{because}. It is on the call list.")
    practice, token = check.practice, actions.issue_link(check=check, at=now)
    until = timezone.localtime(now + actions.VALID, practice.zone)
    text = CHECK.format(
        practice=practice.name,
        link=public_address(reverse("links:soreness", args=[token])),
        until=f"{until:%A} {until.day} {until:%B}, {until:%H:%M}",
        emergency=practice.emergency_number,
        phone=f" Or call us: {practice.phone}." if practice.phone else "",
    )
    return Composed(to=patient.email, subject=f"{practice.name}: how are you?", text=text)


def escalation(email: OutgoingEmail) -> Composed:
    """To the named practitioner, without details. Held back when somebody has taken it or it was passed on."""
    rows = FollowUp.objects.select_related("practice").filter(practice=email.practice_id)
    row = rows.filter(pk=email.about["follow_up"]).first()
    person = User.objects.filter(pk=email.about["person"], practice=email.practice_id, is_active=True).first()
    if row is None or person is None or row.state != FollowUp.State.ANSWERED or row.assignee_id != person.pk:
        raise NotToBeSent("Somebody has taken it, or it was passed on.")
    actions.note_told(escalation_pk=row.pk, person_pk=person.pk, at=timezone.now())
    until = timezone.localtime(row.pass_on_at, row.practice.zone)
    text = NEEDED.format(link=public_address(reverse("treatments:escalation", args=[row.pk])), until=f"{until:%H:%M}")
    return Composed(to=person.email, subject=f"{row.practice.name}: you are needed now", text=text)
