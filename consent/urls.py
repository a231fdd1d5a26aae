from django.urls import path

from consent import views

app_name = "consent"
urlpatterns = [
    path("patient/<uuid:patient_pk>", views.of_patient, name="of_patient"),
    path("patient/<uuid:patient_pk>/banner", views.banner, name="banner"),
    path("patient/<uuid:patient_pk>/take", views.capture, name="capture"),
    path("patient/<uuid:patient_pk>/screening", views.screening, name="screening"),
    path("screening/<uuid:pk>/unchanged", views.nothing_changed, name="unchanged"),
    path("screening/<uuid:pk>/review", views.review, name="review"),
    path("texts", views.texts, name="texts"),
    path("texts/<uuid:pk>", views.text, name="text"),
    path("<uuid:pk>", views.detail, name="detail"),
    path("<uuid:pk>/withdraw", views.withdraw, name="withdraw"),
]
