"""The cheap way gives what decoding everything gives: pictures, times, warnings, facts."""

from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from apps.processing.extraction.child.engine import GROUPS
from apps.processing.extraction.decoding.by_sequence import SEQUENTIAL
from tests.media import make_video
from tests.processing.extraction.oracle import all_frames, frame_at
from tests.processing.extraction.test_exactness import CLIPS
from tests.processing.extraction.ways import Hashes, by_either_way, in_sequence

OPEN_GOP = {"x264-params": "open-gop=1:bframes=3:b-pyramid=normal:scenecut=0", "preset": "medium"}
SEVERAL_GROUPS: dict[str, dict[str, Any]] = {
    "gops.mp4": {"gop": 20, "bframes": 3, "seconds": 4, "with_audio": True},
    "gops.mkv": {"gop": 20, "bframes": 3, "seconds": 4, "with_audio": True},
    "gops.ts": {"gop": 20, "bframes": 3, "seconds": 4, "with_audio": True},
    "gops.flv": {"gop": 20, "bframes": 3, "seconds": 4},
    "open.mp4": {"gop": 20, "bframes": 3, "seconds": 4, "codec_options": OPEN_GOP},
    "open.mkv": {"gop": 20, "bframes": 3, "seconds": 4, "codec_options": OPEN_GOP},
    "open.ts": {"gop": 20, "bframes": 3, "seconds": 4, "codec_options": OPEN_GOP},
    "no_cues.mkv": {"gop": 20, "bframes": 3, "seconds": 4, "container_options": {"live": "1"}},
    "hevc_gops.mp4": {"codec": "hevc", "gop": 20, "bframes": 3, "seconds": 4},
    "hevc_gops.mkv": {"codec": "hevc", "gop": 20, "bframes": 3, "seconds": 4},
    "mpeg2_gops.ts": {"codec": "mpeg2video", "gop": 15, "bframes": 2, "seconds": 4},
    "mpeg2_gops.mpg": {"codec": "mpeg2video", "gop": 15, "bframes": 2, "seconds": 4},
    "mpeg4.mp4": {"codec": "mpeg4", "gop": 15, "bframes": 2, "seconds": 4},
    "vp8_gops.webm": {"codec": "vp8", "gop": 20, "seconds": 4},
    "vp8_hidden.webm": {
        **{"codec": "vp8", "gop": 20, "seconds": 4},
        "codec_options": {"auto-alt-ref": "1", "lag-in-frames": "10", "deadline": "good"},
    },
    "vp9_gops.webm": {"codec": "vp9", "gop": 20, "seconds": 4},
    "vp9_hidden.webm": {
        **{"codec": "vp9", "gop": 20, "seconds": 4},
        "codec_options": {"auto-alt-ref": "1", "lag-in-frames": "10", "deadline": "good"},
    },
    "av1_gops.mkv": {"codec": "av1", "gop": 20, "seconds": 4},
    "late_gops.mp4": {"gop": 20, "start_offset_s": Fraction(1), "seconds": 4, "with_audio": True},
}
#: Where the cheap way cannot be sure.
UNSURE: dict[str, dict[str, Any]] = {
    "refreshed.mp4": {"gop": 20, "codec_options": {"x264-params": "intra-refresh=1"}},
    "packed.avi": {"codec": "mpeg4", "bframes": 2},
}
#: Two of its pictures share a time, so some modes are sure and some are not.
PARTLY_SURE = "mpeg2_gops.mpg"
#: Whose packets may be something else than one picture.
NOT_COUNTED = ("mpeg2", "mpeg4", "program")
MODES: dict[str, dict[str, Any]] = {
    "interval": {"interval_s": Fraction(7, 10)},
    "dense": {"interval_s": Fraction(1, 60)},
    "range": {"interval_s": Fraction(3, 10), "start_s": Fraction(1), "end_s": Fraction(2)},
    "count": {"mode": "count", "count": 5},
    "every_nth": {"mode": "every_nth", "every_nth": 13, "start_s": Fraction(1, 2)},
    "timestamps": {
        "mode": "timestamps",
        "timestamps_s": (Fraction(1), Fraction(101, 100), Fraction(39, 10), Fraction(9)),
    },
}


def assert_same(one: Hashes, other: Hashes) -> None:
    assert one.pictures == other.pictures
    assert one.notices == other.notices
    assert one.facts == other.facts
    assert one.skipped == other.skipped


@pytest.mark.parametrize("name", CLIPS | SEVERAL_GROUPS | UNSURE)
def test_both_ways_and_ffmpeg_give_the_same(
    name: str, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    path = make_video(tmp_path / name, **(CLIPS | SEVERAL_GROUPS | UNSURE)[name])
    frames = all_frames(path) if name not in (*UNSURE, PARTLY_SURE) else []
    for mode, options in MODES.items():
        with subtests.test(mode):
            cheap = by_either_way(path, **options)
            is_unsure = name in UNSURE or (mode == "every_nth" and name.startswith(NOT_COUNTED))
            if name != PARTLY_SURE:
                assert cheap.path == (SEQUENTIAL if is_unsure else GROUPS)
            assert_same(cheap, in_sequence(path, **options))
            for shown in cheap.pictures if frames else ():
                assert shown.md5 == frame_at(frames, shown.asked_s).md5


@pytest.mark.parametrize("name", sorted(SEVERAL_GROUPS.keys() - {PARTLY_SURE}))
def test_a_wanted_frame_late_in_the_file_costs_one_group_of_pictures(
    name: str, tmp_path: Path
) -> None:
    path = make_video(tmp_path / name, **SEVERAL_GROUPS[name])
    cheap = by_either_way(path, mode="timestamps", timestamps_s=(Fraction(7, 2),))
    assert cheap.work is not None
    assert cheap.work.packets_decoded <= 33  # of 88


EVERY_FRAME: dict[str, Any] = {"interval_s": Fraction(1, 25)}
LAYERED: dict[str, Any] = {"codec": "av1", "gop": 65, "seconds": 6, "grain": 40, "fps": 25}


@pytest.mark.parametrize("name", ["layers.mkv", "layers.mp4"])
def test_of_av1_only_the_frames_are_decoded_that_a_picture_is_made_from(
    name: str, tmp_path: Path
) -> None:
    path = make_video(tmp_path / name, **LAYERED)
    options: dict[str, Any] = {"interval_s": Fraction(23, 10)}
    cheap = by_either_way(path, **options)
    assert_same(cheap, in_sequence(path, **options))
    assert cheap.work is not None
    assert cheap.work.packets_decoded < 30  # 91 lie between the wanted ones and their key frames


def test_each_frame_of_av1_can_be_had_alone(tmp_path: Path) -> None:
    path = make_video(tmp_path / "layers.mkv", **(LAYERED | {"seconds": 2}))
    all_of_them = in_sequence(path, interval_s=Fraction(1, 25)).pictures
    for shown in all_of_them[::3]:
        alone = by_either_way(path, mode="timestamps", timestamps_s=(shown.asked_s,))
        assert alone.pictures == [shown]
    thirds = by_either_way(path, interval_s=Fraction(3, 25))
    assert thirds.path == GROUPS
    assert thirds.pictures == all_of_them[::3]


def test_any_few_frames_of_av1_can_be_had_together(tmp_path: Path) -> None:
    path = make_video(tmp_path / "layers.mkv", **(LAYERED | {"seconds": 4, "gop": 100}))
    by_time = {shown.asked_s: shown for shown in in_sequence(path, **EVERY_FRAME).pictures}
    dice = Random(7)  # noqa: S311 - the same on every run
    for _ in range(25):
        times_s = tuple(sorted(dice.sample(sorted(by_time), 3)))
        few = by_either_way(path, mode="timestamps", timestamps_s=times_s)
        assert few.path == GROUPS
        assert few.pictures == [by_time[time_s] for time_s in times_s]
