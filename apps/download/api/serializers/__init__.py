"""What the API of download says and takes, field by field."""

from apps.download.api.serializers.frame import FramePageSerializer, FrameSerializer
from apps.download.api.serializers.manifest import ManifestSerializer
from apps.download.api.serializers.query import FramesQuery, ManifestQuery
from apps.download.api.serializers.share import (
    MadeShareSerializer,
    NewShareSerializer,
    ShareSerializer,
)

__all__ = [
    "FramePageSerializer",
    "FrameSerializer",
    "FramesQuery",
    "MadeShareSerializer",
    "ManifestQuery",
    "ManifestSerializer",
    "NewShareSerializer",
    "ShareSerializer",
]
