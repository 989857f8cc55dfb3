"""HDR on normal screens: right places, right hues, no flat highlights, no black shadows."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from apps.processing.extraction.pictures.converting import Converter
from apps.processing.extraction.pictures.pictures import FORMATS
from tests.media import X265, make_video
from tests.processing.extraction.colour_formulas import (
    hlg_light,
    hue_degrees,
    on_screen,
    pq_codes,
    to_bt709,
    to_yuv,
)
from tests.processing.extraction.patches import encoded, flat_frame, middle
from tests.processing.extraction.running import run
from tests.processing.extraction.ways import by_either_way, in_sequence

PQ, HLG, BT2020 = 16, 18, 9
WIDE = {"colorspace": BT2020, "color_primaries": BT2020, "color_range": 1}
CLIP: dict[str, Any] = {"codec": "hevc", "pixel_format": "yuv420p10le", "container": "matroska"}

#: Light of red, green and blue in BT.2020's primaries.
GREYS = {f"grey of {nits} nits": (nits,) * 3 for nits in (0, 0.05, 0.5, 5, 50, 100, 203, 500, 1000)}
INSIDE = {
    "pale skin": (150, 105, 80),
    "dark skin": (30, 17, 11),
    "leaf": (20, 35, 10),
    "sky": (90, 130, 210),
    "sunset": (900, 500, 250),
    "lamp": (950, 800, 600),
}
OUTSIDE = {"red": (150, 0, 0), "green": (0, 150, 0), "blue": (0, 0, 150), "yellow": (150, 150, 0)}


def stored(codes: Any, transfer: int) -> Any:
    yuv = to_yuv(codes, "bt2020", bits=10)
    return flat_frame(yuv, "yuv420p10le", **WIDE, color_trc=transfer)


def shown(codes: Any, transfer: int = PQ, image_format: str = "png", peak: int = 1000) -> Any:
    image = encoded(stored(codes, transfer), image_format, color_peak_nits=peak)
    return np.array(middle(image))


@pytest.mark.parametrize(("image_format", "within"), [("png", 2.5), ("jpg", 4), ("webp", 6)])
@pytest.mark.parametrize("name", [*GREYS, *INSIDE, *OUTSIDE])
def test_colours_are_those_of_the_formula(name: str, image_format: str, within: float) -> None:
    light = np.array((GREYS | INSIDE | OUTSIDE)[name], float)
    wanted = on_screen(to_bt709(light, "bt2020"), peak_nits=1000)
    assert np.abs(shown(pq_codes(light), image_format=image_format) - wanted).max() <= within


@pytest.mark.parametrize("code", [0.1, 0.3, 0.5, 0.75, 0.9, 1.0])
@pytest.mark.parametrize("tint", [(1, 1, 1), (1, 0.8, 0.7), (0.8, 0.9, 1)])
def test_hlg_is_shown_as_on_a_screen_of_a_thousand_nits(
    code: float, tint: tuple[float, ...]
) -> None:
    codes = code * np.array(tint)
    wanted = on_screen(to_bt709(hlg_light(codes), "bt2020"), peak_nits=1000)
    assert np.abs(shown(codes, HLG) - wanted).max() <= 2.5


def test_at_the_edge_of_the_screens_colours_the_cube_is_coarse() -> None:
    """Between points of the cube, one inside and one outside, dark red stays where none should."""
    codes = 0.9 * np.array((0.7, 0.9, 1))
    wanted = on_screen(to_bt709(hlg_light(codes), "bt2020"), peak_nits=1000)
    assert wanted[0] == 0
    assert np.abs(shown(codes, HLG) - wanted).max() <= 16


def test_white_paper_is_bright_and_not_yet_white() -> None:
    assert 180 <= shown(pq_codes([100] * 3)).mean() <= 195
    assert 215 <= shown(pq_codes([203] * 3)).mean() <= 230
    assert np.abs(shown([0.75] * 3, HLG) - shown(pq_codes([203] * 3))).max() <= 1


@pytest.mark.parametrize("peak", [1000, 4000])
def test_highlights_stay_apart_up_to_the_peak(peak: int) -> None:
    ladder = [shown(pq_codes([nits] * 3), peak=peak).mean() for nits in np.geomspace(100, peak, 9)]
    assert min(np.diff(ladder)) >= 3
    assert ladder[-1] == 255


def test_dark_scenes_do_not_turn_black() -> None:
    ladder = [shown(pq_codes([nits] * 3)).mean() for nits in (0, 0.01, 0.05, 0.2, 1, 3)]
    assert ladder[0] == 0
    assert min(np.diff(ladder)) >= 3


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_a_grey_ramp_rises_and_stays_grey(transfer: int) -> None:
    frame = stored([0.5] * 3, transfer)
    width = frame.planes[0].line_size // 2
    ramp = np.linspace(64, 940, width).round().astype(np.uint16)
    frame.planes[0].update(np.tile(ramp, (frame.height, 1)).tobytes())
    pixels = Converter(FORMATS["png"].pixels).convert(frame, (64, 64)).to_ndarray().astype(int)
    assert np.diff(pixels[:, :, 1], axis=1).min() >= 0
    assert np.ptp(pixels, axis=2).max() <= 1


@pytest.mark.parametrize(("colours", "within"), [(INSIDE, 3), (OUTSIDE, 20)])
def test_hues_stay(colours: dict[str, tuple[float, ...]], within: float) -> None:
    for light in colours.values():
        seen = 203 * (shown(pq_codes(light)) / 255) ** 2.4
        before, after = hue_degrees(np.array(light, float), "bt2020"), hue_degrees(seen, "bt709")
        assert abs((after - before + 180) % 360 - 180) <= within


@pytest.mark.parametrize(("transfer", "name"), [(PQ, "smpte2084"), (HLG, "arib_std_b67")])
def test_a_clip_in_hdr_is_mapped_and_told(transfer: int, name: str, tmp_path: Path) -> None:
    color = {"color_trc": transfer, "color_primaries": BT2020, "colorspace": BT2020}
    result = run(make_video(tmp_path / "bright.mkv", seconds=1, color=color, **CLIP))
    assert result.codes == ["hdr"]
    assert result.outcome.facts.color_transfer == name
    assert result.outcome.facts.color_peak_nits == 1000
    assert result.numbers == [0]


def test_the_peak_is_what_the_first_frame_says_and_both_ways_agree(tmp_path: Path) -> None:
    color = {"color_trc": PQ, "color_primaries": BT2020, "colorspace": BT2020}
    said = "master-display=G(8500,39850)B(6550,2300)R(35400,14600)WP(15635,16450)L(40000000,50)"
    options = {"x265-params": f"{X265}:max-cll=2000,400:{said}"}
    path = tmp_path / "said.mkv"
    make_video(path, seconds=3, gop=25, color=color, codec_options=options, **CLIP)
    either, sequence = (
        way(path, encodes=True, interval_s=Fraction(1)) for way in (by_either_way, in_sequence)
    )
    assert either.facts == sequence.facts
    assert either.facts is not None
    assert either.facts.color_peak_nits == 2000
    assert (either.path, sequence.path) == ("groups", "sequential")
    assert either.pictures == sequence.pictures
    assert len(either.pictures) == 3


def test_without_a_light_level_the_mastering_display_counts(tmp_path: Path) -> None:
    said = "master-display=G(8500,39850)B(6550,2300)R(35400,14600)WP(15635,16450)L(40000000,50)"
    options = {"x265-params": f"{X265}:{said}"}
    path = make_video(
        tmp_path / "said.mkv", seconds=0.4, color={"color_trc": PQ}, codec_options=options, **CLIP
    )
    assert run(path).outcome.facts.color_peak_nits == 4000
