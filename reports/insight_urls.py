from django.urls import path

from reports.views import insights

app_name = "insights"
urlpatterns = [
    path("insights", insights.insights, name="page"),
    path("insights/<slug:key>.csv", insights.insight_file, name="file"),
]
