from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "patients"

    def ready(self) -> None:
        from patients import guards  # noqa: F401  registers the guard of attached files
        from patients.actions import hunt_duplicates, sweep_attachments, work_on_imports
        from patients.models import Patient
        from patients.search_index import follow_patients
        from practice import chores, history

        history.follow(Patient, follow_patients)
        chores.register("duplicates", hunt_duplicates)
        chores.register("imports", work_on_imports)
        chores.register("attachments", sweep_attachments)
