"""What is kept of the first frame of sequential decoding, once its pixels are let go of."""

from dataclasses import dataclass
from fractions import Fraction

from apps.processing.extraction.decoding.decoding import DecodedFrame
from apps.processing.extraction.pictures.frame_colours import tags_of


@dataclass(frozen=True)
class Beginning:
    """When the first frame appears, and what it says of its colours."""

    time_s: Fraction
    tags: tuple[int, ...]


def beginning_of(first: DecodedFrame) -> Beginning:
    """Return what is kept of the first frame."""
    return Beginning(first.time_s, tags_of(first.picture))
