from django.urls import include, path

from practice import views

urlpatterns = [
    path("", include("practice.pages")),
    path("practice/", include("reports.insight_urls")),
    path("practice/", include("reports.access_urls")),
    path("accounts/", include("practice.sign_in_urls")),
    path("patients/", include("patients.urls")),
    path("consent/", include("consent.urls")),
    path("sessions/", include("treatments.urls")),
    path("how-are-you/", include("treatments.link_urls")),
    path("register/", include("patients.link_urls")),
    path("documents/", include("reports.urls")),
    path("api/v1/", include("practice.api")),
    path("api/v1/", include("patients.api")),
    path("api/v1/", include("consent.api")),
    path("api/v1/", include("treatments.api")),
    path("api/v1/", include("reports.api.urls")),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
handler400 = "practice.views.bad_request"
handler403 = "practice.views.forbidden"
handler404 = "practice.views.not_found"
handler500 = "practice.views.server_error"
