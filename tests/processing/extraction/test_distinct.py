"""Distinct pictures: what looks like the last one that was kept is left out, in every mode."""

import json
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from apps.processing.extraction import Refused
from apps.processing.extraction.child.engine import GROUPS
from apps.processing.extraction.decoding.by_sequence import KEYFRAMES, SEQUENTIAL
from tests.processing.extraction.running import run
from tests.processing.extraction.shots import (
    BARS,
    CARD_2,
    FRACTAL,
    GRAINY,
    RATE,
    WHITE,
    make_film,
)
from tests.processing.extraction.test_command import command
from tests.processing.extraction.ways import by_either_way, in_sequence

#: Something rests, then something else, then what was there first.
SLIDES = [(BARS, 60), (GRAINY, 40), (WHITE, 50), (BARS, 50)]
#: A pointer of 6 x 6 pixels that jumps once a second over a picture that rests.
POINTER = f"{BARS}[rests];color=white:size=6x6[moves];[rests][moves]overlay=40+floor(t)*30:60"
SHORT_GROUPS = ("-g", "20", "-bf", "2")
MODES: dict[str, dict[str, Any]] = {
    "interval": {"interval_s": Fraction(1, 5)},
    "count": {"mode": "count", "count": 20},
    "timestamps": {"mode": "timestamps", "timestamps_s": tuple(map(Fraction, (0, 1, 3, 5, 7)))},
    "every_nth": {"mode": "every_nth", "every_nth": 10},
    "keyframes": {"mode": "keyframes"},
    "scenes": {"mode": "scenes"},
}
PATHS = {"keyframes": KEYFRAMES, "scenes": SEQUENTIAL}


@pytest.fixture(scope="module")
def slides(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_film(tmp_path_factory.mktemp("film") / "slides.mp4", SLIDES, *SHORT_GROUPS)


@pytest.mark.parametrize("mode", MODES)
def test_each_slide_is_given_once_whichever_way_it_is_decoded(mode: str, slides: Path) -> None:
    both = [
        by_either_way(slides, threads=threads, distinct=True, **MODES[mode]) for threads in (1, 3)
    ]
    if mode != "keyframes":
        both.append(in_sequence(slides, distinct=True, **MODES[mode]))
    assert [given.path for given in both[:2]] == [PATHS.get(mode, GROUPS)] * 2
    for given in both:
        assert given.pictures == both[0].pictures
        assert given.skipped == both[0].skipped
    assert [shown.time_s * RATE // 50 for shown in both[0].pictures] == [0, 2, 3]


@pytest.mark.parametrize("mode", MODES)
def test_nothing_is_left_out_unasked_and_all_are_counted(mode: str, slides: Path) -> None:
    whole, distinct = (run(slides, distinct=each, **MODES[mode]) for each in (False, True))
    assert whole.outcome.skipped == 0
    assert whole.outcome.frames == distinct.outcome.frames + distinct.outcome.skipped
    kept = [picture.requested_s for picture in distinct.pictures]
    by_time = {picture.requested_s: picture for picture in whole.pictures}
    for picture in distinct.pictures:
        same = by_time[picture.requested_s]
        assert (picture.sha256, picture.pts_s) == (same.sha256, same.pts_s)
    assert [picture.index for picture in distinct.pictures] == list(range(1, len(kept) + 1))


def test_a_small_thing_that_moves_in_a_picture_that_rests_is_kept(tmp_path: Path) -> None:
    path = make_film(tmp_path / "pointer.mp4", [(POINTER, 125)])
    assert len(run(path, interval_s=Fraction(1, 5), distinct=True).pictures) == 5


def test_what_moves_is_kept(tmp_path: Path) -> None:
    path = make_film(tmp_path / "moves.mp4", [(CARD_2, 50), (FRACTAL, 50)])
    assert run(path, interval_s=Fraction(1, 2), distinct=True).outcome.skipped == 0


def test_a_slow_fade_is_seen_as_it_adds_up(tmp_path: Path) -> None:
    path = make_film(tmp_path / "fade.mp4", [(f"{BARS},fade=out:0:250", 250)])
    result = run(path, interval_s=Fraction(1, 25), distinct=True)
    assert 30 < result.outcome.frames < 125


def test_the_limit_counts_what_is_kept(slides: Path) -> None:
    often: dict[str, Any] = {"interval_s": Fraction(1, 25), "distinct": True}
    assert run(slides, max_frames=3, **often).outcome.skipped == 197
    with pytest.raises(Refused) as refused:
        run(slides, max_frames=2, **often)
    assert refused.value.code == "too_many_frames"


def test_damage_in_the_middle_gives_the_same_either_way(tmp_path: Path) -> None:
    shots = [(BARS, 50), (CARD_2, 50), (BARS, 50)]
    path = make_film(tmp_path / "damaged.mp4", shots, *SHORT_GROUPS)
    data = bytearray(path.read_bytes())
    middle, size = len(data) // 2, len(data) // 10
    data[middle : middle + size] = bytes(size)
    path.write_bytes(data)
    options: dict[str, Any] = {"interval_s": Fraction(1, 5), "distinct": True}
    given, sequential = by_either_way(path, **options), in_sequence(path, **options)
    assert given.path == SEQUENTIAL
    assert given.pictures == sequential.pictures
    assert given.skipped == sequential.skipped > 10


def test_the_command_says_how_many_were_left_out(slides: Path, tmp_path: Path) -> None:
    output = tmp_path / "frames.zip"
    ended = command(slides, "--every", "0.2", "--distinct", "--output", output, "--json")
    assert ended.returncode == 0
    said = json.loads(ended.stdout)
    assert (said["frames"], said["skipped"], said["warnings"]) == (3, 37, [])
    with zipfile.ZipFile(output) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["options"]["distinct"] is True
    assert manifest["skipped"] == 37
    assert [row["index"] for row in manifest["frames"]] == [1, 2, 3]
    assert [row["requested_s"] for row in manifest["frames"]] == [0, 4, 6]
