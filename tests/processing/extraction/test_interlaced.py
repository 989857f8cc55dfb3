"""Interlaced video: told, and given as it is stored."""

from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from tests.media import BRIGHT, DARK, make_video
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


def combed(path: Path, size: tuple[int, int]) -> Path:
    """Write a clip with a dark field and a bright one."""
    with av.open(path, "w") as target:
        stream = target.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.options = {"preset": "ultrafast", "qp": "1", **FIELDS}
        planes = np.full((size[1] * 3 // 2, size[0]), 128, np.uint8)
        planes[: size[1] : 2], planes[1 : size[1] : 2] = DARK, BRIGHT
        for number in range(5):
            frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            frame.pts = number
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("image_format", ["jpg", "png"])
def test_images_have_the_combs_and_previews_do_not(image_format: str, tmp_path: Path) -> None:
    path = combed(tmp_path / "combs.mp4", (960, 720))
    [picture] = run(path, image_format=image_format).pictures
    steps = []
    for data in (picture.data, picture.thumbnail):
        with Image.open(BytesIO(data)) as image:
            steps.append(np.abs(np.diff(np.asarray(image.convert("L")).astype(int), axis=0)))
    assert steps[0].min() >= 150
    assert steps[1].max() <= 70


@pytest.mark.parametrize("image_format", ["jpg", "png", "webp"])
@pytest.mark.parametrize("max_side_px", [None, 67, 16])
def test_fields_can_be_scaled(image_format: str, max_side_px: int | None, tmp_path: Path) -> None:
    path = interlaced(tmp_path / "fields.mp4", "h264", "mp4")
    [picture] = run(path, image_format=image_format, max_side_px=max_side_px).pictures
    assert max(picture.width, picture.height) == (max_side_px or 128)
