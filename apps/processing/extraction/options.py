"""What is asked of the engine, and how far it may go."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

MODES: Final = ("interval", "count", "timestamps", "every_nth", "keyframes", "scenes")
IMAGE_FORMATS: Final = ("jpg", "png", "webp")
GIB: Final = 1024**3
MOST_TIMES, MOST_FRAMES = 1000, 10**9


@dataclass(frozen=True, kw_only=True)
class Options:
    """Which frames are wanted, and as what.

    Times are exact seconds from the start of the presentation; the range is start_s <= t < end_s.
    `distinct` leaves out what looks the same as the picture before.
    Raises ValueError for options that contradict themselves.
    """

    mode: str = "interval"
    interval_s: Fraction = Fraction(10)
    count: int | None = None
    timestamps_s: tuple[Fraction, ...] = ()
    every_nth: int | None = None
    start_s: Fraction | None = None
    end_s: Fraction | None = None
    distinct: bool = False
    max_frames: int = 5000
    image_format: str = "jpg"
    quality: int = 90
    max_side_px: int | None = None

    def __post_init__(self) -> None:
        for is_met, demand in self._demands():
            if not is_met:
                raise ValueError(demand)

    def _demands(self) -> list[tuple[bool, str]]:
        needed = {"count": self.count, "timestamps": self.timestamps_s, "every_nth": self.every_nth}
        start_s = self.start_s or Fraction(0)
        asked = self.count, self.every_nth, self.max_frames
        counts = [number for number in asked if number is not None]
        return [
            (self.mode in MODES, f"mode must be one of {', '.join(MODES)}"),
            (needed.get(self.mode, True) not in (None, ()), f"mode {self.mode} needs its value"),
            (self.interval_s > 0, "interval must be longer than nothing"),
            (min(counts) > 0, "counts start at 1"),
            (start_s >= 0 and min(self.timestamps_s, default=0) >= 0, "times start at 0"),
            (self.end_s is None or self.end_s > start_s, "the end must be later than the start"),
            (len(self.timestamps_s) <= MOST_TIMES, f"at most {MOST_TIMES} times"),
            (max(counts) <= MOST_FRAMES, f"counts end at {MOST_FRAMES}"),
            (self.image_format in IMAGE_FORMATS, "image format must be jpg, png or webp"),
            (1 <= self.quality <= 100, "quality goes from 1 to 100"),
            (self.max_side_px is None or 16 <= self.max_side_px <= 8192, "max side: 16 to 8192"),
        ]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one extraction may cost; beyond it, it is refused or its child is killed.

    `threads` is how many cores it may keep busy.
    """

    max_frames: int = 5000
    max_duration_s: int = 12 * 3600
    max_pixels: int = 16_000_000
    max_output_bytes: int = 4 * GIB
    memory_bytes: int = 3 * GIB // 2
    cpu_s: int = 3600
    wall_s: float = 3600.0
    threads: int = 1
