"""What a video and its extractions do with each input: two pure functions, over total tables."""

from apps.upload.transitions.extraction import ExtractionState, Wish
from apps.upload.transitions.video import VideoState

__all__ = ["ExtractionState", "VideoState", "Wish"]
