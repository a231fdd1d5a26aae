from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "patients"

    def ready(self) -> None:
        from patients import destroying, guards  # noqa: F401  registers the guards of attached files and of what is destroyed
        from patients.actions import forget_registrations, hunt_duplicates, sweep_attachments, work_on_imports
        from patients.actions.attachments import FILES
        from patients.mailing import registration_link
        from patients.models import Attachment, Patient
        from patients.search_index import follow_patients
        from practice import chores, history, outgoing

        history.follow(Patient, follow_patients)
        chores.register("duplicates", hunt_duplicates)
        chores.register("imports", work_on_imports)
        chores.register("attachments", sweep_attachments)
        chores.register("registrations whose time is over", lambda at: forget_registrations(at=at))
        outgoing.register("registration", registration_link)
        destroying.register_files(Attachment, FILES.drop)
