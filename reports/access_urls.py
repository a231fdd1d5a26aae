from django.urls import path

from reports.views import access_log

app_name = "access"
urlpatterns = [
    path("who-looked", access_log.access_log, name="log"),
    path("who-looked.csv", access_log.access_file, name="file"),
    path("who-looked/<uuid:pk>", access_log.look, name="look"),
]
