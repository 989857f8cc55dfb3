"""Addresses of download below `/api/v1/`."""

from django.urls import path

from apps.download.api import shares, views

FRAMES = "videos/<uuid:video_id>/frames/"
SHARES = "videos/<uuid:video_id>/shares/"

urlpatterns = [
    path("videos/<uuid:video_id>/zip/", views.ZipView.as_view(), name="video-zip"),
    path("videos/<uuid:video_id>/manifest/", views.ManifestView.as_view(), name="video-manifest"),
    path(FRAMES, views.FramesView.as_view(), name="video-frames"),
    path(f"{FRAMES}<int:index>/", views.FrameView.as_view(), name="frame"),
    path(f"{FRAMES}<int:index>/image/", views.FrameImageView.as_view(), name="frame-image"),
    path(f"{FRAMES}<int:index>/thumb/", views.FrameThumbView.as_view(), name="frame-thumb"),
    path(SHARES, shares.SharesView.as_view(), name="video-shares"),
    path(f"{SHARES}<uuid:share_id>/", shares.ShareView.as_view(), name="video-share"),
]
