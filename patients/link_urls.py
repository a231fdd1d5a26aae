"""The address that needs no sign-in: a new person's own form behind a link."""

from django.urls import path

from patients.views.own_registration import own_registration

app_name = "registration"
urlpatterns = [path("<str:token>", own_registration, name="form")]
