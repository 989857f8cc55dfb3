"""The pages of download."""

from django.urls import path

from apps.download import views

app_name = "download"

FRAMES = "videos/<uuid:video_id>/frames/"

urlpatterns = [
    path(FRAMES, views.GalleryView.as_view(), name="gallery"),
    path(f"{FRAMES}strip/", views.StripView.as_view(), name="strip"),
    path("videos/<uuid:video_id>/zip/", views.ZipView.as_view(), name="zip"),
]
