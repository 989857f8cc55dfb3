"""The pages of upload."""

from django.urls import path
from django.views.generic import TemplateView

app_name = "upload"

urlpatterns = [
    path("", TemplateView.as_view(template_name="upload/home.html"), name="home"),
    path("videos/", TemplateView.as_view(template_name="upload/home.html"), name="videos"),
    path(
        "videos/<uuid:video_id>/",
        TemplateView.as_view(template_name="upload/home.html"),
        name="video",
    ),
]
