"""Videos that change on the way: each picture is as its own frame, whichever way leads to it."""

from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.processing.extraction.changing_clips import changing_clip
from tests.processing.extraction.running import run
from tests.processing.extraction.ways import by_either_way, in_sequence

FIRST: dict[str, Any] = {"size": (128, 96)}
CHANGES: dict[str, dict[str, Any]] = {
    "larger": {"size": (192, 160)},
    "smaller": {"size": (64, 48)},
    "ten bits": {**FIRST, "pixel_format": "yuv420p10le"},
    "4:4:4": {**FIRST, "pixel_format": "yuv444p"},
    "matrix and range": {**FIRST, "color": {"colorspace": 1, "color_range": 2}},
    "HDR": {**FIRST, "color": {"colorspace": 9, "color_primaries": 9, "color_trc": 16}},
}
HALF = Fraction(1, 2)
MODES: list[dict[str, Any]] = [
    {"interval_s": HALF},
    {"mode": "every_nth", "every_nth": 13},
    {"mode": "keyframes"},
]


def assert_both_ways_agree(path: Path) -> None:
    for options in MODES:
        either, sequence = (
            way(path, encodes=True, **options) for way in (by_either_way, in_sequence_or_keys)
        )
        assert either.facts == sequence.facts
        assert either.notices == sequence.notices
        assert either.pictures == sequence.pictures


def in_sequence_or_keys(path: Path, **options: Any) -> Any:
    return (by_either_way if options.get("mode") == "keyframes" else in_sequence)(path, **options)


@pytest.mark.parametrize("container", ["mpegts", "matroska", "mp4"])
@pytest.mark.parametrize("change", CHANGES)
def test_each_picture_is_as_its_own_frame(change: str, container: str, tmp_path: Path) -> None:
    path = changing_clip(tmp_path / "clip", container, FIRST, CHANGES[change], FIRST)
    sizes = [FIRST["size"]] * 2 + [CHANGES[change]["size"]] * 2 + [FIRST["size"]] * 2
    result = run(path, interval_s=HALF)
    assert [(picture.width, picture.height) for picture in result.pictures] == sizes
    assert [Image.open(BytesIO(picture.data)).size for picture in result.pictures] == sizes
    assert result.numbers == [number * 25 // 2 for number in range(6)]
    assert (result.outcome.facts.width, result.outcome.facts.height) == FIRST["size"]
    assert result.codes == []
    assert_both_ways_agree(path)


@pytest.mark.parametrize(
    ("codec", "container", "bframes"),
    [
        ("h264", "mpegts", 2),
        ("h264", "matroska", 2),
        ("hevc", "mpegts", 2),
        ("hevc", "matroska", 0),
        ("mpeg2video", "mpegts", 2),
        ("vp9", "webm", 0),
        ("av1", "matroska", 0),
        ("mjpeg", "mov", 0),
    ],
)
def test_sizes_change_in_every_codec(
    codec: str, container: str, bframes: int, tmp_path: Path
) -> None:
    format_of = {"pixel_format": "yuvj420p"} if codec == "mjpeg" else {}
    parts = [{**part, **format_of} for part in (FIRST, CHANGES["larger"])]
    path = changing_clip(tmp_path / "clip", container, *parts, codec=codec, bframes=bframes)
    result = run(path, mode="timestamps", timestamps_s=(HALF, HALF * 3))
    assert [picture.width for picture in result.pictures] == [128, 192]
    assert result.numbers == [12, 37]
    assert_both_ways_agree(path)


def test_light_is_mapped_from_where_it_begins(tmp_path: Path) -> None:
    path = changing_clip(tmp_path / "clip", "mpegts", FIRST, CHANGES["HDR"])
    plain, bright = run(path, interval_s=Fraction(1), image_format="png").pictures
    dark = []
    for picture in (plain, bright):
        with Image.open(BytesIO(picture.data)) as image:
            dark.append(np.asarray(image.convert("L")).min())
    assert (
        np.abs(np.array(dark, int) - (28, 20)).max() <= 1
    )  # code 40: 28 on a screen, and 0.4 nits in PQ
