from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("session/<uuid:session_pk>", views.buttons, name="buttons"),
    path("session/<uuid:session_pk>/<slug:kind>", views.issue, name="issue"),
    path("patient/<uuid:patient_pk>", views.of_patient, name="of_patient"),
    path("<uuid:pk>", views.content, name="content"),
]
