"""The pages of upload."""

from apps.upload.views.listing import VideoListView
from apps.upload.views.sending import HomeView
from apps.upload.views.video import PanelView, VideoDetailView
from apps.upload.views.wishes import AgainView, CancelView, DeleteView, RenameView, RetryView

__all__ = [
    "AgainView",
    "CancelView",
    "DeleteView",
    "HomeView",
    "PanelView",
    "RenameView",
    "RetryView",
    "VideoDetailView",
    "VideoListView",
]
