"""The pieces of pages that orchestration owns."""

from django.urls import path

from apps.orchestration import views

app_name = "orchestration"

urlpatterns = [
    path("videos/<uuid:video_id>/timeline/", views.TimelineView.as_view(), name="timeline"),
]
