from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        from patients import destroying
        from practice import chores, outgoing
        from reports import guards, posting  # noqa: F401  registers the guard of data breaches
        from reports.actions import print_some, sweep_packages, write_exports
        from reports.actions.record_requests import PACKAGES
        from reports.models import RecordPackage

        chores.register("exports", write_exports)
        chores.register("a day's documents", print_some)
        chores.register("record packages", sweep_packages)
        outgoing.register(posting.TEMPLATE, posting.compose)
        destroying.register_files(RecordPackage, PACKAGES.drop)
