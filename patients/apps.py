from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created


def ask_for_near_words_only(connection: Any, **_: Any) -> None:
    """The trigram index gives out words by this likeness; with its own 0.3 the search threw two of three away."""
    from patients.search_candidates import ALIKE

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, false)", [str(ALIKE)])


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

        connection_created.connect(ask_for_near_words_only, dispatch_uid="patients.near_words")
        history.follow(Patient, follow_patients)
        chores.register("duplicates", hunt_duplicates)
        chores.register("imports", work_on_imports)
        chores.register("attachments", sweep_attachments)
        chores.register("registrations whose time is over", lambda at: forget_registrations(at=at))
        outgoing.register("registration", registration_link)
        destroying.register_files(Attachment, FILES.drop)
