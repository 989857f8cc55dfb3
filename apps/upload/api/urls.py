"""Addresses of upload below `/api/v1/`."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from apps.upload.api.events import EventsView, VideoEventsView
from apps.upload.api.limits import LimitsView
from apps.upload.api.uploads import UploadsView, UploadView
from apps.upload.api.views import VideoViewSet

router = SimpleRouter(use_regex_path=False)
router.register("videos", VideoViewSet, basename="video")

urlpatterns = [
    path("limits/", LimitsView.as_view(), name="limits"),
    path("events/", EventsView.as_view(), name="events"),
    path("uploads/", UploadsView.as_view(), name="upload-list"),
    path("uploads/<uuid:pk>/", UploadView.as_view(), name="upload-detail"),
    path("videos/<uuid:pk>/events/", VideoEventsView.as_view(), name="video-events"),
    *router.urls,
]
