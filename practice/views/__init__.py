"""The practice's own pages, the errors every visitor can meet, and health."""

from practice.views.errors import bad_request, csrf_failure, forbidden, not_found, server_error
from practice.views.health import healthz, readyz

__all__ = ["bad_request", "csrf_failure", "forbidden", "healthz", "not_found", "readyz", "server_error"]
