"""The pages of download."""

from django.urls import path

from apps.download import views

app_name = "download"

VIDEO = "videos/<uuid:video_id>/"
FRAMES = f"{VIDEO}frames/"
SHARES = f"{VIDEO}shares/"
SHARED = "s/<str:token>/"

urlpatterns = [
    path("settings/data/download/", views.DataView.as_view(), name="data"),
    path(FRAMES, views.GalleryView.as_view(), name="gallery"),
    path(f"{FRAMES}<int:index>/", views.FrameView.as_view(), name="frame"),
    path(f"{FRAMES}strip/", views.StripView.as_view(), name="strip"),
    path(f"{VIDEO}zip/", views.ZipView.as_view(), name="zip"),
    path(SHARES, views.SharesView.as_view(), name="shares"),
    path(f"{SHARES}<uuid:share_id>/stop/", views.StopShareView.as_view(), name="stop-share"),
    path(SHARED, views.SharedView.as_view(), name="shared"),
    path(f"{SHARED}zip/", views.SharedZipView.as_view(), name="shared-zip"),
    path(f"{SHARED}frames/<int:index>/image/", views.SharedImageView.as_view()),
    path(f"{SHARED}frames/<int:index>/thumb/", views.SharedThumbView.as_view()),
]
