"""The aggregates of upload: a person's quota, their videos, and the extractions of each."""

from apps.upload.models.extraction import Extraction
from apps.upload.models.kept_answer import KeptAnswer
from apps.upload.models.quota import Quota
from apps.upload.models.source_type import SourceType, source_type_of
from apps.upload.models.status import Group, Status, status_in_sql
from apps.upload.models.video import Video
from apps.upload.transitions import ExtractionState, VideoState

__all__ = [
    "Extraction",
    "ExtractionState",
    "Group",
    "KeptAnswer",
    "Quota",
    "SourceType",
    "Status",
    "Video",
    "VideoState",
    "source_type_of",
    "status_in_sql",
]
