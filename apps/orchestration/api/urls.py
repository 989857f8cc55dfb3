"""Addresses of orchestration below `/api/v1/`."""

from django.urls import path

from apps.orchestration.api.views import TimelineView

urlpatterns = [
    path("videos/<uuid:video_id>/timeline/", TimelineView.as_view(), name="video-timeline"),
]
