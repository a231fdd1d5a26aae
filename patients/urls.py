from django.urls import path

from patients import views

app_name = "patients"
urlpatterns = [
    path("", views.patient_list, name="list"),
    path("new", views.new, name="new"),
    path("contacts", views.contacts, name="contacts"),
    path("contacts/<uuid:pk>", views.contact, name="contact"),
    path("<uuid:pk>", views.chart, name="chart"),
    path("<uuid:pk>/details", views.details, name="details"),
    path("<uuid:pk>/alerts", views.add_alert, name="alerts"),
    path("<uuid:pk>/alerts/<uuid:alert>/end", views.end_alert, name="end-alert"),
    path("<uuid:pk>/identifiers", views.add_identifier, name="identifiers"),
    path("<uuid:pk>/archive", views.archive, name="archive"),
    path("<uuid:pk>/restore", views.archive, {"restore": True}, name="restore"),
    path("<uuid:pk>/who-looked", views.who_looked, name="who-looked"),
]
