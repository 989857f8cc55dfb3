"""Hands pictures out, and keeps count of what may be handed out at all."""

from fractions import Fraction
from typing import Protocol

from apps.processing.extraction.choosing.likeness import look_the_same
from apps.processing.extraction.exceptions import Refused
from apps.processing.extraction.options import Limits, Options
from apps.processing.extraction.pictures.pictures import EncodedPicture
from apps.processing.extraction.results import VideoFacts
from apps.processing.extraction.surveying.facts import check_count


class Emit(Protocol):
    """Where the engine puts what it makes."""

    def checked(self, facts: VideoFacts) -> None:
        """Hear that the video was opened and its first frame decoded."""

    def picture(self, requested_s: Fraction, pts_s: Fraction, picture: EncodedPicture) -> None:
        """Take one picture; they come in time order."""


class Emission:
    """The pictures of one extraction on their way out; raises Refused beyond a limit."""

    def __init__(self, options: Options, limits: Limits, emit: Emit) -> None:
        self._options, self._limits, self._emit = options, limits, emit
        self._pictures = 0
        self._bytes = 0
        self._last_s: Fraction | None = None
        self._kept: EncodedPicture | None = None
        self._latest: EncodedPicture | None = None
        self.skipped = 0

    def has(self, asked_s: Fraction) -> bool:
        """Tell whether the picture for a time is out already, or left out."""
        return self._last_s is not None and asked_s <= self._last_s

    def give(self, asked_s: Fraction, time_s: Fraction, picture: EncodedPicture) -> None:
        """Hand out the next picture in order of time, unless it looks the same as the last."""
        self._last_s = asked_s
        is_known = self._looks_known(picture)
        self._latest = picture
        if is_known:
            self.skipped += 1
            return
        self._pictures += 1
        check_count(self._pictures, self._options, self._limits)
        self._bytes += len(picture.data) + len(picture.thumbnail)
        if self._bytes > self._limits.max_output_bytes:
            limit = self._limits.max_output_bytes
            raise Refused("too_large", f"more than {limit} bytes of images")
        self._emit.picture(asked_s, time_s, picture)
        self._kept = picture

    def _looks_known(self, picture: EncodedPicture) -> bool:
        if not self._options.distinct or self._kept is None:
            return False
        if picture is self._latest:  # one that stands still for hours is asked for very often
            return True
        return look_the_same(self._kept.luma, picture.luma)
