"""Interlaced video: told, and given as it is stored."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.media import make_video
from tests.processing.extraction.oracle import all_frames, frame_at
from tests.processing.extraction.running import run
from tests.processing.extraction.ways import by_either_way, in_sequence

FIELDS = {"flags": "+ilme+ildct"}


def interlaced(path: Path, codec: str, container: str, seconds: float = 1) -> Path:
    options: dict[str, Any] = {"codec": codec, "container": container, "codec_options": FIELDS}
    return make_video(path, seconds=seconds, gop=10, size=(128, 100), **options)


@pytest.mark.parametrize(("codec", "container"), [("h264", "mp4"), ("mpeg2video", "mpegts")])
def test_fields_are_told(codec: str, container: str, tmp_path: Path) -> None:
    result = run(interlaced(tmp_path / "fields", codec, container))
    assert result.outcome.facts.interlaced
    assert result.codes == ["interlaced"]
    assert result.numbers == [0]


def test_whole_frames_are_no_fields(tmp_path: Path) -> None:
    result = run(make_video(tmp_path / "whole.mp4", seconds=1))
    assert not result.outcome.facts.interlaced
    assert result.codes == []


def test_the_pixels_are_those_that_are_stored(tmp_path: Path) -> None:
    path = interlaced(tmp_path / "fields.mp4", "h264", "mp4", seconds=3)
    either, sequence = (way(path, interval_s=Fraction(1)) for way in (by_either_way, in_sequence))
    assert either.pictures == sequence.pictures
    seen = all_frames(path)
    assert [picture.md5 for picture in either.pictures] == [
        frame_at(seen, Fraction(second)).md5 for second in range(3)
    ]


@pytest.mark.parametrize("image_format", ["jpg", "png", "webp"])
@pytest.mark.parametrize("max_side_px", [None, 67, 16])
def test_fields_can_be_scaled(image_format: str, max_side_px: int | None, tmp_path: Path) -> None:
    path = interlaced(tmp_path / "fields.mp4", "h264", "mp4")
    [picture] = run(path, image_format=image_format, max_side_px=max_side_px).pictures
    assert max(picture.width, picture.height) == (max_side_px or 128)
