"""What a load balancer and an upgrade ask: does the process answer, and may it keep records?"""

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from practice import guards, working


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready to keep records and to pass mail on: the database answers, no migration waits, no guard is missing, and due
    mail does not wait for a worker. Says 503 otherwise. `worker_seen_at` is empty where none ever ran, which is no
    fault as long as no mail waits for one."""
    seen_at, problems = readiness()
    return JsonResponse(
        {"status": "not ready" if problems else "ready", "problems": problems, "worker_seen_at": seen_at},
        status=503 if problems else 200,
    )


def readiness() -> tuple[datetime | None, list[str]]:
    """When a worker was last at work, and what stands in the way."""
    try:
        if problems := _problems_of_the_database():
            return None, problems
        waits = ["mail waits and no worker takes it: start one"] if working.mail_is_stuck(timezone.now()) else []
        return working.last_beat(), waits
    except Exception:  # whatever the database says stays out of the answer
        return None, ["the database does not answer"]


def _problems_of_the_database() -> list[str]:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return ["migrations wait: run the upgrade"]
    return ["guards are missing: run the upgrade"] if guards.missing(connection) else []
