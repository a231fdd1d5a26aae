from django.urls import path

from consent import views

app_name = "consent"
urlpatterns = [
    path("patient/<uuid:patient_pk>", views.of_patient, name="of_patient"),
    path("patient/<uuid:patient_pk>/banner", views.banner, name="banner"),
    path("patient/<uuid:patient_pk>/take", views.capture, name="capture"),
    path("patient/<uuid:patient_pk>/withdraw", views.withdraw_everywhere, name="withdraw_everywhere"),
    path("patient/<uuid:patient_pk>/screening", views.screening, name="screening"),
    path("patient/<uuid:patient_pk>/screening/hand-over", views.hand_over_screening, name="hand_over_screening"),
    path("patient/<uuid:patient_pk>/screening/patient", views.patient_screening, name="patient_screening"),
    path("screening/<uuid:pk>/unchanged", views.nothing_changed, name="unchanged"),
    path("screening/<uuid:pk>/review", views.review, name="review"),
    path("texts", views.texts, name="texts"),
    path("texts/<uuid:pk>", views.text, name="text"),
    path("texts/<uuid:pk>/edit", views.edit_text, name="edit_text"),
    path("texts/<uuid:pk>/next", views.next_text, name="next_text"),
    path("texts/<uuid:pk>/preview", views.preview_text, name="preview_text"),
    path("texts/<uuid:pk>/publish", views.publish_text, name="publish_text"),
    path("<uuid:pk>", views.detail, name="detail"),
    path("<uuid:pk>/scans", views.add_scan, name="add_scan"),
    path("scans/<uuid:pk>", views.scan, name="scan"),
    path("<uuid:pk>/withdraw", views.withdraw, name="withdraw"),
]
