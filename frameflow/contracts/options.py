"""The wishes for one extraction: defined once, with bounds, for form, API and engine."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, model_validator


class Mode(StrEnum):
    """Which frames are wanted."""

    INTERVAL = "interval"
    COUNT = "count"
    TIMESTAMPS = "timestamps"
    EVERY_NTH = "every_nth"
    KEYFRAMES = "keyframes"
    SCENES = "scenes"


class ImageFormat(StrEnum):
    """How a frame is encoded."""

    JPG = "jpg"
    PNG = "png"
    WEBP = "webp"


#: Seconds with at most three decimals: exact as Decimal, a plain number in JSON.
Seconds = Annotated[
    Decimal,
    Field(ge=0, le=360_000, max_digits=9, decimal_places=3),
    PlainSerializer(lambda value: float(value), return_type=float, when_used="json"),
]
Interval = Annotated[Seconds, Field(ge=Decimal("0.1"), le=3600)]


class Options(BaseModel):
    """Options of one extraction. Times are seconds from the start of the presentation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Mode = Field(default=Mode.INTERVAL, description="Which frames are wanted.")
    interval: Interval = Field(
        default=Decimal(10), description="Seconds between frames (mode interval)."
    )
    count: int | None = Field(
        default=None, ge=1, le=100_000, description="Number of evenly spaced frames (mode count)."
    )
    timestamps: tuple[Seconds, ...] = Field(
        default=(), max_length=1000, description="Moments in seconds (mode timestamps)."
    )
    every_nth: int | None = Field(
        default=None, ge=1, le=1_000_000, description="Every Nth frame (mode every_nth)."
    )
    distinct: bool = Field(
        default=False, description="Leave out frames that look the same as the one before."
    )
    start: Seconds | None = Field(default=None, description="First second; empty: the start.")
    end: Seconds | None = Field(default=None, description="Last second; empty: the end.")
    format: ImageFormat = Field(default=ImageFormat.JPG, description="Image format.")
    quality: int = Field(default=90, ge=1, le=100, description="Image quality, 1 to 100.")
    max_side: int | None = Field(
        default=None, ge=16, le=8192, description="Longest side in pixels; empty: original."
    )
    max_frames: int = Field(default=5000, ge=1, le=100_000, description="At most so many frames.")

    @model_validator(mode="after")
    def _modes_have_what_they_need(self) -> Self:
        needed = {
            Mode.COUNT: ("count", self.count),
            Mode.TIMESTAMPS: ("timestamps", self.timestamps),
            Mode.EVERY_NTH: ("every_nth", self.every_nth),
        }
        name, value = needed.get(self.mode, ("", True))
        if not value:
            raise ValueError(f"mode {self.mode.value} needs {name}")
        if self.end is not None and self.end <= (self.start or 0):
            raise ValueError("end must be later than start")
        if max(self.count or 0, len(self.timestamps)) > self.max_frames:
            raise ValueError("these options ask for more than max_frames")
        return self
