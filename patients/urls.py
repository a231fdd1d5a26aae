from django.urls import path

from patients.views import contacts, duplicates, imports, merges, past_notes, people

app_name = "patients"
urlpatterns = [
    path("", people.patient_list, name="list"),
    path("new", people.new, name="new"),
    path("duplicates", duplicates.duplicates, name="duplicates"),
    path("duplicates/<uuid:pk>/dismiss", duplicates.dismiss, name="dismiss"),
    path("merges", merges.merges, name="merges"),
    path("merges/<uuid:pk>", merges.merged, name="merged"),
    path("merges/<uuid:pk>/undo", merges.undo, name="undo-merge"),
    path("<uuid:pk>/merge", merges.choose, name="choose-merge"),
    path("<uuid:pk>/merge/<uuid:other>", merges.merge, name="merge"),
    path("contacts", contacts.contacts, name="contacts"),
    path("contacts/<uuid:pk>", contacts.contact, name="contact"),
    path("imports", imports.imports, name="imports"),
    path("imports/<uuid:pk>", imports.one, name="import"),
    path("imports/<uuid:pk>/progress", imports.progress, name="import-progress"),
    path("imports/<uuid:pk>/rows", imports.report, name="import-rows"),
    path("imports/<uuid:pk>/reread", imports.reread, name="import-reread"),
    path("imports/<uuid:pk>/start", imports.start, name="import-start"),
    path("imports/<uuid:pk>/stop", imports.stop, name="import-stop"),
    path("imports/<uuid:pk>/forget", imports.stop, {"forget": True}, name="import-forget"),
    path("<uuid:pk>", people.chart, name="chart"),
    path("<uuid:pk>/details", people.details, name="details"),
    path("<uuid:pk>/alerts", people.add_alert, name="alerts"),
    path("<uuid:pk>/alerts/<uuid:alert>/end", people.end_alert, name="end-alert"),
    path("<uuid:pk>/identifiers", people.add_identifier, name="identifiers"),
    path("<uuid:pk>/archive", people.archive, name="archive"),
    path("<uuid:pk>/restore", people.archive, {"restore": True}, name="restore"),
    path("<uuid:pk>/past-notes", past_notes.past_notes, name="past-notes"),
    path("<uuid:pk>/who-looked", people.who_looked, name="who-looked"),
]
