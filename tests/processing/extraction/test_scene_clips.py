"""Scenes of videos: cuts at known frames are found, and nothing else is taken for one."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from apps.processing.extraction import Refused
from apps.processing.extraction.decoding.by_sequence import SEQUENTIAL
from tests.media import make_video
from tests.processing.extraction.oracle import all_frames, frame_at
from tests.processing.extraction.running import run
from tests.processing.extraction.shots import (
    BARS,
    BLACK,
    CARD,
    CARD_2,
    FRACTAL,
    GRAINY,
    LIFE,
    PAN,
    RAINBOW,
    RATE,
    WHITE,
    cuts_of,
    make_film,
)
from tests.processing.extraction.test_command import command
from tests.processing.extraction.test_exactness import CLIPS
from tests.processing.extraction.ways import by_either_way

FILM = [
    *((BARS, 30), (CARD, 40), (FRACTAL, 25), (LIFE, 35), (PAN, 50), (CARD_2, 20)),
    *((GRAINY, 30), (RAINBOW, 13), (FRACTAL, 30), (PAN, 30), (BARS, 40), (BLACK, 25)),
]
FAST_VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8")
#: Sources of one scene, whatever happens in it.
ONE_SCENE = {
    "static": [(BARS, 75)],
    "grain": [(GRAINY, 75)],
    "motion": [(CARD_2, 75)],
    "zoom": [(FRACTAL, 75)],
    "life": [(LIFE, 75)],
    "pan": [(PAN, 75)],
    "flash": [(BARS, 30), (WHITE, 1), (BARS, 30)],
    "dark_frames": [(CARD, 30), (BLACK, 3), (CARD, 30)],
    "fade_out": [(f"{CARD_2},fade=out:20:25", 60)],
    "fade_in": [(f"{CARD_2},fade=in:20:12", 60)],
    "lightning": [(f"{BARS},eq=brightness='0.5*between(mod(n\\,9)\\,0\\,1)':eval=frame", 75)],
}


def scenes_in(path: Path) -> list[int]:
    """Return the numbers of the frames that the engine gives for scenes."""
    given = by_either_way(path, mode="scenes")
    assert given.path == SEQUENTIAL
    assert all(shown.asked_s == shown.time_s for shown in given.pictures)
    assert given.notices == ()
    return [round(shown.time_s * RATE) for shown in given.pictures]


@pytest.mark.parametrize("name", ["film.mp4", "film.mkv", "film.ts", "film.webm", "film.avi"])
def test_every_cut_is_found_at_its_frame_and_no_other(name: str, tmp_path: Path) -> None:
    path = make_film(tmp_path / name, FILM, *(FAST_VP8 if name.endswith("webm") else ()))
    assert scenes_in(path) == cuts_of(FILM)


@pytest.mark.parametrize("name", ONE_SCENE)
def test_what_moves_flashes_or_fades_is_one_scene(name: str, tmp_path: Path) -> None:
    assert scenes_in(make_film(tmp_path / "film.mp4", ONE_SCENE[name])) == [0]


def test_the_pictures_are_the_first_frames_of_their_scenes(tmp_path: Path) -> None:
    path = make_film(tmp_path / "film.mp4", FILM)
    scenes = by_either_way(path, mode="scenes").pictures
    times_s = tuple(Fraction(number, RATE) for number in cuts_of(FILM))
    assert scenes == by_either_way(path, mode="timestamps", timestamps_s=times_s).pictures


@pytest.mark.parametrize("name", CLIPS)
def test_the_pictures_are_those_of_full_decoding_in_every_container(
    name: str, tmp_path: Path
) -> None:
    path = make_video(tmp_path / name, **CLIPS[name])
    frames = all_frames(path)
    given = by_either_way(path, mode="scenes").pictures
    assert given[0].md5 == frames[0].md5
    for shown in given:
        assert shown.md5 == frame_at(frames, shown.time_s).md5
        assert shown.asked_s == shown.time_s


def test_a_range_has_its_first_frame_and_its_scenes(tmp_path: Path) -> None:
    path = make_film(tmp_path / "film.mp4", FILM)
    result = run(path, mode="scenes", start_s=Fraction(2), end_s=Fraction(4))
    assert [picture.pts_s * RATE for picture in result.pictures] == [50, 70, 95]
    assert result.outcome.facts.frames_expected is None
    assert (result.outcome.frames, result.outcome.path) == (3, SEQUENTIAL)


def test_more_scenes_than_allowed_are_refused(tmp_path: Path) -> None:
    path = make_film(tmp_path / "film.mp4", FILM[:4])
    assert len(run(path, mode="scenes", max_frames=4).pictures) == 4
    with pytest.raises(Refused) as refused:
        run(path, mode="scenes", max_frames=3)
    assert refused.value.code == "too_many_frames"


def test_a_small_video_has_scenes_too(tmp_path: Path) -> None:
    shots = [(source.replace("320x180", "32x18"), 20) for source in (BARS, CARD_2, FRACTAL)]
    path = make_film(tmp_path / "film.mp4", shots)
    assert scenes_in(path) == cuts_of(shots)


def test_the_command_gives_scenes_and_cannot_tell_before_how_many(tmp_path: Path) -> None:
    path = make_film(tmp_path / "film.mp4", FILM)
    ended = command(path, "--scenes", "--output", tmp_path / "frames.zip", "--json")
    assert ended.returncode == 0
    assert json.loads(ended.stdout)["frames"] == len(FILM)
    probed = json.loads(command(path, "--scenes", "--probe", "--json").stdout)
    assert probed["estimate"]["frames"] is None
    assert probed["estimate"]["bytes"] is None
    assert probed["estimate"]["seconds"] > 0
