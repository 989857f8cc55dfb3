"""The pages of download: frames, ZIP, and links to them."""

from apps.download.views.frames import FrameView, GalleryView, StripView, ZipView
from apps.download.views.shared import (
    SharedImageView,
    SharedThumbView,
    SharedView,
    SharedZipView,
)
from apps.download.views.shares import DataView, SharesView, StopShareView

__all__ = [
    "DataView",
    "FrameView",
    "GalleryView",
    "SharedImageView",
    "SharedThumbView",
    "SharedView",
    "SharedZipView",
    "SharesView",
    "StopShareView",
    "StripView",
    "ZipView",
]
