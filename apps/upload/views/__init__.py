"""The pages of upload."""

from apps.upload.views.chosen import ChosenView
from apps.upload.views.listing import VideoListView
from apps.upload.views.sending import HomeView
from apps.upload.views.space import BelongingsView, DataView, SpaceView
from apps.upload.views.video import PanelView, VideoDetailView
from apps.upload.views.wishes import AgainView, CancelView, DeleteView, RenameView, RetryView

__all__ = [
    "AgainView",
    "BelongingsView",
    "CancelView",
    "ChosenView",
    "DataView",
    "DeleteView",
    "HomeView",
    "PanelView",
    "RenameView",
    "RetryView",
    "SpaceView",
    "VideoDetailView",
    "VideoListView",
]
