"""The pieces of pages that orchestration owns, and what it keeps about a person."""

from django.urls import path

from apps.orchestration import views

app_name = "orchestration"

urlpatterns = [
    path("settings/data/orchestration/", views.DataView.as_view(), name="data"),
    path("videos/<uuid:video_id>/timeline/", views.TimelineView.as_view(), name="timeline"),
]
