"""Runs the engine in this process, both ways, and keeps the hashes of the decoded pixels."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import md5
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from av.video.frame import VideoFrame

from apps.processing.extraction import Limits, Notice, Options, VideoFacts
from apps.processing.extraction.child.engine import Engine, Work
from apps.processing.extraction.decoding import by_groups, by_sequence
from apps.processing.extraction.opening.doubts import Doubt
from apps.processing.extraction.opening.source import DescriptorSource
from apps.processing.extraction.pictures.pictures import EncodedPicture, PictureEncoder
from apps.processing.extraction.pictures.small_luma import LumaReducer


@dataclass(frozen=True)
class Shown:
    """A picture as the engine gave it: when it was asked for, its own time, its pixels' hash.

    The hash may be the image file itself, a character for each byte.
    """

    asked_s: Fraction
    time_s: Fraction
    md5: str


@dataclass
class Hashes:
    """What one run gave; takes the place of what sends pictures to the supervisor."""

    facts: VideoFacts | None = None
    pictures: list[Shown] = field(default_factory=list)
    work: Work | None = None

    def checked(self, facts: VideoFacts) -> None:
        self.facts = facts

    def picture(self, requested_s: Fraction, pts_s: Fraction, picture: EncodedPicture) -> None:
        self.pictures.append(Shown(requested_s, pts_s, picture.data.decode("latin1")))

    @property
    def notices(self) -> tuple[Notice, ...]:
        assert self.work is not None
        return self.work.notices

    @property
    def skipped(self) -> int:
        assert self.work is not None
        return self.work.skipped

    @property
    def path(self) -> str:
        assert self.work is not None
        return self.work.path


def md5_of(picture: VideoFrame) -> str:
    """Return the hash of the visible pixels, plane by plane."""
    digest = md5(usedforsecurity=False)
    depth = max(part.bits for part in picture.format.components)
    for plane in picture.planes:
        rows = np.frombuffer(bytes(plane), np.uint8).reshape(plane.height, plane.line_size)
        digest.update(rows[:, : plane.width * (2 if depth > 8 else 1)].tobytes())
    return digest.hexdigest()


@contextmanager
def hashed_pixels() -> Iterator[None]:
    """Let the engine hash its decoded pictures where it would encode them."""

    def encode(self: PictureEncoder, frame: VideoFrame, aspect: Fraction) -> EncodedPicture:
        hashed, luma = md5_of(frame).encode(), LumaReducer().reduce(frame)
        return EncodedPicture(frame.width, frame.height, hashed, b"", luma)

    with mock.patch.object(PictureEncoder, "encode", encode):
        yield


def by_either_way(path: Path, *, threads: int = 2, encodes: bool = False, **options: Any) -> Hashes:
    """Let the engine choose its way; `encodes` compares image files in place of hashes."""
    hashes = Hashes()
    with path.open("rb") as file, nullcontext() if encodes else hashed_pixels():
        source = DescriptorSource(file.fileno())
        hashes.work = Engine(source, Options(**options), Limits(threads=threads)).run(hashes)
    return hashes


def in_sequence(path: Path, **options: Any) -> Hashes:
    """Make the engine decode everything."""
    with mock.patch.object(by_groups.GroupWay, "emit", side_effect=Doubt("a test")):
        hashes = by_either_way(path, **options)
    assert hashes.path == by_sequence.SEQUENTIAL
    return hashes
