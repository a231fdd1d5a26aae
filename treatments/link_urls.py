"""The one address that needs no sign-in: a patient's answer behind a mailed link."""

from django.urls import path

from treatments.views.soreness_link import soreness_link

app_name = "links"
urlpatterns = [path("<str:token>", soreness_link, name="soreness")]
