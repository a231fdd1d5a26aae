from typing import Any

from django.apps import AppConfig


class TreatmentsConfig(AppConfig):
    name = "treatments"

    def ready(self) -> None:
        from patients import stopping, summaries
        from practice import chores, outgoing, setup
        from treatments import guards  # noqa: F401  registers the guards of the session and its sites
        from treatments.clinical_summary import summary_of
        from treatments.first_words import SNIPPETS, TEMPLATES

        def first_words(practice: Any, by: Any, at: Any) -> None:
            from treatments.actions import write_first_words

            write_first_words(practice=practice, by=by, snippets=SNIPPETS, templates=TEMPLATES)

        setup.register(first_words)
        summaries.register(summary_of)

        from treatments import actions, mailing

        outgoing.register("soreness_check", mailing.soreness_check)
        outgoing.register("escalation", mailing.escalation)
        chores.register("soreness checks that are due", lambda at: actions.send_due_checks(at=at))
        chores.register("soreness checks without an answer", lambda at: actions.ring_unanswered(at=at))
        stopping.register(actions.stop_asking)
        stopping.register_end(actions.end_wait)
        chores.register("what is still planned for the dead", actions.stop_asking_the_dead)
        chores.register("warning signs that nobody took", lambda at: actions.pass_on(at=at))
