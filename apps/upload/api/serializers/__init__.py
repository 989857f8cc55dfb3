"""What the endpoints of upload take and say, typed."""

from apps.upload.api.serializers.arriving import ArrivingSerializer
from apps.upload.api.serializers.bodies import (
    NothingSerializer,
    RenameSerializer,
    RetrySerializer,
    UploadSerializer,
)
from apps.upload.api.serializers.limits import LimitsSerializer
from apps.upload.api.serializers.options import OptionsSerializer
from apps.upload.api.serializers.query import ListQuery
from apps.upload.api.serializers.video import VideoPageSerializer, VideoSerializer

__all__ = [
    "ArrivingSerializer",
    "LimitsSerializer",
    "ListQuery",
    "NothingSerializer",
    "OptionsSerializer",
    "RenameSerializer",
    "RetrySerializer",
    "UploadSerializer",
    "VideoPageSerializer",
    "VideoSerializer",
]
