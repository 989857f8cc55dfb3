"""The pages of upload."""

from django.urls import path

from apps.upload import views

app_name = "upload"

VIDEO = "videos/<uuid:video_id>/"

urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("settings/space/", views.SpaceView.as_view(), name="space"),
    path("settings/belongings/", views.BelongingsView.as_view(), name="belongings"),
    path("settings/data/upload/", views.DataView.as_view(), name="data"),
    path("videos/", views.VideoListView.as_view(), name="videos"),
    path("videos/chosen/", views.ChosenView.as_view(), name="chosen"),
    path(VIDEO, views.VideoDetailView.as_view(), name="video"),
    path(f"{VIDEO}panel/", views.PanelView.as_view(), name="panel"),
    path(f"{VIDEO}cancel/", views.CancelView.as_view(), name="cancel"),
    path(f"{VIDEO}retry/", views.RetryView.as_view(), name="retry"),
    path(f"{VIDEO}again/", views.AgainView.as_view(), name="again"),
    path(f"{VIDEO}rename/", views.RenameView.as_view(), name="rename"),
    path(f"{VIDEO}delete/", views.DeleteView.as_view(), name="delete"),
]
