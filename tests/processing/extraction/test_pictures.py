"""What the images look like."""

from fractions import Fraction
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from apps.processing.extraction.pictures.pictures import quantizer_scale
from tests.media import make_video, number_in
from tests.processing.extraction.running import run


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("rotation", [0, 90, 180, -90])
def test_pictures_are_upright_however_the_camera_was_held(
    rotation: int, mirrored: bool, tmp_path: Path
) -> None:
    path = make_video(tmp_path / "turned.mp4", seconds=1, rotation=rotation, mirrored=mirrored)
    result = run(path, mode="timestamps", timestamps_s=(Fraction(1, 5),))
    assert result.numbers == [5]
    [picture] = result.pictures
    assert (picture.width, picture.height) == ((96, 128) if rotation % 180 else (128, 96))
    assert (result.outcome.facts.width, result.outcome.facts.height) == (128, 96)
    assert number_in(picture.thumbnail) == 5


def test_turning_moves_pixels_and_computes_none(tmp_path: Path) -> None:
    plain = run(make_video(tmp_path / "plain.mp4", seconds=1, grain=0), image_format="png")
    turned_clip = make_video(tmp_path / "turned.mkv", seconds=1, rotation=180, grain=0)
    turned = run(turned_clip, image_format="png")
    upright = [np.asarray(opened(result.pictures[0].data)) for result in (plain, turned)]
    assert np.abs(upright[0].astype(int) - upright[1]).max() <= 3  # two lossy encodings apart


def test_anamorphic_pictures_get_square_pixels(tmp_path: Path) -> None:
    result = run(make_video(tmp_path / "wide.mp4", seconds=1, sar=Fraction(4, 3)))
    assert (result.pictures[0].width, result.pictures[0].height) == (171, 96)
    assert result.numbers == [0]
    assert result.outcome.facts.sample_aspect_ratio == Fraction(4, 3)


@pytest.mark.parametrize("image_format", ["jpg", "png", "webp"])
def test_each_format_is_what_it_says(image_format: str, tmp_path: Path) -> None:
    result = run(make_video(tmp_path / "clip.mp4", seconds=1), image_format=image_format)
    [picture] = result.pictures
    with opened(picture.data) as image:
        assert image.format == {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[image_format]
        assert image.size == (picture.width, picture.height)
    with opened(picture.thumbnail) as preview:
        assert preview.format == "WEBP"
    assert picture.file.endswith(f".{image_format}")


def test_a_longest_side_shrinks_and_never_enlarges(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", seconds=1, size=(640, 360))
    small, large = run(path, max_side_px=320), run(path, max_side_px=4000)
    assert (small.pictures[0].width, small.pictures[0].height) == (320, 180)
    assert (large.pictures[0].width, large.pictures[0].height) == (640, 360)
    with opened(large.pictures[0].thumbnail) as preview:
        assert preview.size == (320, 180)


@pytest.mark.parametrize(
    ("colorspace", "color_range", "size"),
    [(1, 1, (64, 720)), (6, 1, (128, 96)), (1, 2, (128, 96)), (2, 0, (64, 720))],
)
@pytest.mark.parametrize("image_format", ["jpg", "png", "webp"])
def test_colours_and_brightness_are_those_of_the_video(
    colorspace: int, color_range: int, size: tuple[int, int], image_format: str, tmp_path: Path
) -> None:
    color = {"colorspace": colorspace, "color_range": color_range}
    path = make_video(tmp_path / "clip.mp4", seconds=1, size=size, color=color, grain=0)
    result = run(path, image_format=image_format)
    with opened(result.pictures[0].data) as image:
        gray = np.asarray(image.convert("RGB")).astype(int)
    dark, bright = (40, 200) if color_range == 2 else (28, 214)  # (luma - 16) * 255 / 219
    assert abs(gray.min() - dark) <= 6
    assert abs(gray.max() - bright) <= 6


def test_better_quality_is_larger(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", seconds=1, grain=50)
    sizes = [len(run(path, quality=quality).pictures[0].data) for quality in (5, 50, 95)]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) == 3


def test_jpeg_qualities_map_to_quantizers_from_worst_to_best() -> None:
    scales = [quantizer_scale(quality) for quality in range(1, 101)]
    assert scales == sorted(scales, reverse=True)
    assert (scales[0], scales[49], scales[89], scales[99]) == (31, 8, 2, 1)


def test_high_dynamic_range_is_told(tmp_path: Path) -> None:
    wide = {"color_trc": 16, "color_primaries": 9, "colorspace": 9}
    clip = {"codec": "hevc", "pixel_format": "yuv420p10le", "color": wide}
    result = run(make_video(tmp_path / "bright.mkv", seconds=1, **clip))  # type: ignore[arg-type]
    assert result.codes == ["hdr"]
    assert result.outcome.facts.color_transfer == "smpte2084"
    assert result.outcome.facts.color_space == "bt2020nc"
