"""What an extraction gives back."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol


@dataclass(frozen=True)
class Picture:
    """One frame as an image file, with its preview.

    `index` counts from 1; times are seconds from the start of the presentation; `file` is the
    name inside the ZIP; `width` and `height` are those of the image; `thumbnail` is WebP.
    """

    index: int
    requested_s: Fraction
    pts_s: Fraction
    file: str
    width: int
    height: int
    data: bytes
    sha256: str
    thumbnail: bytes


@dataclass(frozen=True)
class Notice:
    """Something missing or doubtful in a result that is good all the same.

    Codes: truncated, past_end, damaged, time_jump, hdr, interlaced, rotation.
    """

    code: str
    detail: str
    from_s: Fraction | None = None
    to_s: Fraction | None = None


@dataclass(frozen=True, kw_only=True)
class VideoFacts:
    """What the file says about its picture, and what the first decoded frame confirmed.

    `width` and `height` are as stored; `rotation` is in degrees clockwise and, like `mirrored`
    and `sample_aspect_ratio`, still to be applied to see the picture upright (images have it
    applied). `interlaced` is what the first frame says; its two fields stay as they are.
    `color_peak_nits` is the brightest highlight that HDR colours are mapped for, None without HDR.
    `frames_expected` is how many images the options will give: the most where only distinct ones
    are wanted, None where only decoding can tell.
    """

    duration_s: Fraction
    width: int
    height: int
    container: str
    codec: str
    pixel_format: str
    avg_frame_rate: Fraction | None
    variable_frame_rate: bool
    rotation: int
    mirrored: bool
    sample_aspect_ratio: Fraction
    interlaced: bool
    color_space: str
    color_range: str
    color_transfer: str
    color_primaries: str
    color_peak_nits: int | None
    frames_expected: int | None


@dataclass(frozen=True)
class Estimate:
    """What the options will cost for this video, nearly: for each of its facts a little was tried.

    Images, packets that the decoder is given, bytes of the ZIP, seconds of work. Images and bytes
    are the most where only distinct images are wanted, None where only decoding can tell.
    """

    facts: VideoFacts
    frames: int | None
    packets: int
    bytes: int | None
    seconds: float


@dataclass(frozen=True)
class Outcome:
    """A finished extraction; `manifest` lacks only the video's name, size, hash and the rows.

    `path` is `groups`, `keyframes`, or `sequential` where only decoding everything was sure;
    `skipped` is how many pictures were left out because they look like the one before.
    """

    facts: VideoFacts
    frames: int
    skipped: int
    warnings: tuple[Notice, ...]
    packets_decoded: int
    bytes_read: int
    path: str
    elapsed_s: float
    manifest: dict[str, object]


class Sink(Protocol):
    """Where results go while they are made."""

    def checked(self, facts: VideoFacts) -> None:
        """Hear that the video was opened and its first frame decoded."""

    def picture(self, picture: Picture) -> None:
        """Take one picture; they come in time order."""
