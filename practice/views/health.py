"""What a load balancer and an upgrade ask: does the process answer, and may it keep records?"""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from practice import guards


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready to keep records: the database answers, no migration waits, no guard is missing. Says 503 otherwise."""
    problems = readiness_problems()
    return JsonResponse(
        {"status": "not ready" if problems else "ready", "problems": problems}, status=503 if problems else 200
    )


def readiness_problems() -> list[str]:
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return ["migrations wait: run the upgrade"]
        return ["guards are missing: run the upgrade"] if guards.missing(connection) else []
    except Exception:  # whatever the database says stays out of the answer
        return ["the database does not answer"]
