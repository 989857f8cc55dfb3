"""From where to where pictures cannot be trusted, after an error in the middle of a video."""

from fractions import Fraction
from typing import Final

from apps.processing.extraction.decoding.notices import Notices

DETAIL: Final = "a part could not be decoded: pictures in it may be missing, wrong or late"


class Damage:
    """Tells of stretches from an error to the next key frame whose packet came after it.

    What refers to a damaged picture is damaged too, without any error of its own, and nothing
    refers over a key frame. Where times are counted (`heals` is false) a loss puts all that
    follows in doubt.
    """

    def __init__(self, notices: Notices, *, heals: bool) -> None:
        self._notices, self._heals = notices, heals
        self.is_unseen = False
        self._is_open = False
        self._healed_at_s: Fraction | None = None
        self._told_to_s: Fraction | None = None

    def begin(self) -> None:
        """Note an error; it is `is_unseen` until the next picture comes."""
        self.is_unseen = self._is_open = True
        self._healed_at_s = None

    def note_key(self, time_s: Fraction) -> None:
        """Note the packet of a key frame, before it is decoded."""
        if self._heals and self._is_open and self._healed_at_s is None:
            self._healed_at_s = time_s

    def note_picture(self, before_s: Fraction | None, time_s: Fraction, end_s: Fraction) -> None:
        """Note a picture, shown from `time_s` to `end_s`; the one before was until `before_s`."""
        if not self._is_open:
            return
        from_s = before_s if self._told_to_s is None else self._told_to_s
        self.is_unseen = False
        self._is_open = self._healed_at_s is None or time_s < self._healed_at_s
        to_s = max(from_s or time_s, end_s if self._is_open else time_s)
        self._notices.add("damaged", DETAIL, from_s, to_s)
        self._told_to_s = to_s if self._is_open else None
