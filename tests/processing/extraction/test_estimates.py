"""What a probe says before the work is nearly what the work then takes."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from apps.processing.extraction import Options, probe
from apps.processing.extraction.estimating.distances import trend
from tests.media import make_video
from tests.processing.extraction.running import pack, run

SIZE = (320, 240)
CLIPS: dict[str, dict[str, Any]] = {
    "h264.mp4": {"gop": 50, "bframes": 3},
    "intra.mp4": {"gop": 1},
    "hevc.mp4": {"codec": "hevc", "gop": 40, "bframes": 2},
    "av1.mp4": {"codec": "av1", "gop": 60},
    "vp9.webm": {"codec": "vp9", "gop": 50},
    "h264.mkv": {"gop": 50, "bframes": 2},
    "h264.ts": {"container": "mpegts", "gop": 30},
    "mpeg4.avi": {"codec": "mpeg4", "gop": 12},
}
WISHES: dict[str, dict[str, Any]] = {
    "every 0.7 s": {"interval_s": Fraction("0.7")},
    "every 4 s": {"interval_s": Fraction(4)},
    "5 from a part": {"mode": "count", "count": 5, "start_s": Fraction(2), "end_s": Fraction(9)},
    "three moments": {
        "mode": "timestamps",
        "timestamps_s": (Fraction(1), Fraction(3), Fraction(8)),
    },
    "every 40th": {"mode": "every_nth", "every_nth": 40},
    "key frames": {"mode": "keyframes"},
}


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("estimates")
    for name, made in CLIPS.items():
        make_video(folder / name, seconds=12, size=SIZE, **made)
    return folder


@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize("clip", CLIPS)
def test_frames_bytes_and_packets_are_as_estimated(clips: Path, clip: str, wish: str) -> None:
    options = WISHES[wish]
    with (clips / clip).open("rb") as source:
        estimate = probe(source, options=Options(**options))
    result, (written, _) = run(clips / clip, **options), pack(clips / clip, **options)
    assert estimate.frames == result.outcome.frames
    assert estimate.bytes == pytest.approx(len(written), rel=0.3)
    # Or one packet and a half for each picture, where there are few.
    decoded, frames = result.outcome.packets_decoded, result.outcome.frames
    assert estimate.packets == pytest.approx(decoded, rel=0.2, abs=frames * 1.5)
    assert estimate.seconds > 0


@pytest.mark.parametrize("clip", CLIPS)
def test_the_key_frames_of_a_part_are_counted(clips: Path, clip: str) -> None:
    part = {"mode": "keyframes", "start_s": Fraction(1), "end_s": Fraction(17, 2)}
    with (clips / clip).open("rb") as source:
        estimate = probe(source, options=Options(**part))  # type: ignore[arg-type]
    assert estimate.frames == run(clips / clip, **part).outcome.frames


def test_one_sample_or_samples_at_one_distance_give_a_share() -> None:
    assert trend([(10, 5)]) == (0.0, 0.5)
    assert trend([(10, 5), (10, 7)]) == (0.0, 0.6)
    assert trend([]) == (0.0, 0.0)


def test_samples_at_several_distances_give_a_line() -> None:
    each_time, share = trend([(10, 7), (20, 12), (30, 17)])
    assert (each_time, share) == pytest.approx((2, 0.5))
