from django.urls import path

from treatments.views import aftercare, charts, editing, sessions, today

app_name = "treatments"
urlpatterns = [
    path("today/<slug:part>", today.part, name="today"),
    path("new/<uuid:patient_pk>", editing.new, name="new"),
    path("patient/<uuid:patient_pk>", charts.of_patient, name="of_patient"),
    path("patient/<uuid:patient_pk>/needled", charts.needled, name="needled"),
    path("patient/<uuid:patient_pk>/now", charts.now, name="now"),
    path("patient/<uuid:patient_pk>/course", aftercare.episode, name="new-episode"),
    path("patient/<uuid:patient_pk>/course/<uuid:pk>", aftercare.episode, name="episode"),
    path("follow-ups", aftercare.follow_ups, name="follow_ups"),
    path("follow-ups/<uuid:pk>", aftercare.follow_up, name="follow_up"),
    path("follow-ups/<uuid:pk>/<slug:verb>", aftercare.follow_up_verb, name="follow_up_verb"),
    path("lots", aftercare.lots, name="lots"),
    path("lots/<uuid:pk>", aftercare.lot, name="lot"),
    path("<uuid:pk>", sessions.session, name="session"),
    path("<uuid:pk>/edit", editing.editor, name="editor"),
    path("<uuid:pk>/review", editing.review, name="review"),
    path("<uuid:pk>/addenda", sessions.add_addendum, name="addenda"),
    path("<uuid:pk>/void", sessions.void, name="void"),
    path("<uuid:pk>/reopen", sessions.reopen, name="reopen"),
    path("<uuid:pk>/discard", sessions.discard, name="discard"),
    path("<uuid:pk>/restore", sessions.restore, name="restore"),
    path("<uuid:pk>/take-over", sessions.take_over, name="take-over"),
]
