"""The right frame, bit for bit, judged by an independent decoder."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from apps.processing.extraction import Limits, Options
from apps.processing.extraction.choosing.selection import Selection
from apps.processing.extraction.decoding.decoding import DecodedFrame, Decoder
from apps.processing.extraction.decoding.notices import Notices
from apps.processing.extraction.opening.opener import open_video
from apps.processing.extraction.opening.source import DescriptorSource
from apps.processing.extraction.opening.timing import avi_times_s, clock_for
from tests.media import X265, make_video
from tests.processing.extraction.oracle import all_frames, frame_at
from tests.processing.extraction.running import every, run
from tests.processing.extraction.ways import md5_of

JUMPS_S = [Fraction(ms, 1000) for ms in (0, 40, 500, 520, 1300, 1340, 2600, 2700)]
CLIPS: dict[str, dict[str, Any]] = {
    "plain.mp4": {},
    "reordered.mp4": {"bframes": 3, "gop": 30, "with_audio": True},
    "hevc.mp4": {"codec": "hevc", "bframes": 2},
    "film_rate.mp4": {"fps": 24, "bframes": 2},
    "faststart.mp4": {"container_options": {"movflags": "faststart"}},
    "fragmented.mp4": {"gop": 25, "container_options": {"movflags": "frag_keyframe+empty_moov"}},
    "vp8.webm": {"codec": "vp8"},
    "vp9.webm": {"codec": "vp9", "with_audio": True},
    "no_duration.webm": {"codec": "vp8", "container_options": {"live": "1"}},
    "av1.mkv": {"codec": "av1"},
    "ten_bits.mkv": {"codec": "hevc", "pixel_format": "yuv420p10le"},
    "mpeg2.ts": {"codec": "mpeg2video", "bframes": 2, "with_audio": True},
    "h264.ts": {"bframes": 2},
    "program.mpg": {"codec": "mpeg2video", "bframes": 2},
    "flash.flv": {"bframes": 2},
    "prores.mov": {"codec": "prores"},
    "jpegs.mov": {"codec": "mjpeg"},
    "variable.mp4": {"frame_times_s": JUMPS_S},
    "variable.mkv": {"frame_times_s": JUMPS_S},
    "late.mp4": {"start_offset_s": Fraction(1), "with_audio": True},
    "late.mkv": {"start_offset_s": Fraction(1), "with_audio": True},
    "short_picture.mkv": {"with_audio": True, "audio_seconds": 6},
    "single.mp4": {"seconds": Fraction(1, 25)},
    "sleeve.mp4": {"cover_art": True, "with_audio": True},
}


def decoded(path: Path, options: Options) -> Iterator[tuple[Fraction, DecodedFrame]]:
    """Run the engine's decoder and selection here, to see the pixels before they are encoded."""
    limits = Limits()
    with path.open("rb") as file, open_video(DescriptorSource(file.fileno()), limits) as video:
        decoder = Decoder(video, clock_for(video, limits), options, limits, Notices())
        yield from Selection[DecodedFrame](options, Fraction(3)).pick(decoder.frames())


@pytest.mark.parametrize("name", CLIPS)
def test_each_frame_is_the_one_that_full_decoding_gives(name: str, tmp_path: Path) -> None:
    path = make_video(tmp_path / name, **CLIPS[name])
    frames = all_frames(path)
    seen = 0
    for asked_s, frame in decoded(path, Options(interval_s=Fraction(7, 10))):
        expected = frame_at(frames, asked_s)
        assert (md5_of(frame.picture), asked_s) == (expected.md5, asked_s)
        assert abs(frame.time_s - expected.time_s) < Fraction(1, 100_000)
        seen += 1
    assert seen >= min(4, len(frames))


@pytest.mark.parametrize("name", ["reordered.mp4", "vp9.webm", "mpeg2.ts", "variable.mkv"])
def test_the_pictures_that_come_out_show_the_expected_numbers(name: str, tmp_path: Path) -> None:
    path = make_video(tmp_path / name, **CLIPS[name])
    frames = all_frames(path)
    result = run(path, **every("0.7"))
    asked = [picture.requested_s for picture in result.pictures]
    assert result.numbers == [frame_at(frames, asked_s).number for asked_s in asked]
    assert asked == [k * Fraction(7, 10) for k in range(len(asked))]
    assert result.codes == []


@pytest.mark.parametrize(
    "clip",
    [
        {"codec": "mpeg4", "bframes": 2, "with_audio": True},
        {"codec": "mpeg4"},
        {"codec": "h264", "bframes": 3},
        {"codec": "mjpeg"},
    ],
)
def test_avi_without_presentation_times_keeps_the_order_and_the_rate(
    clip: dict[str, Any], tmp_path: Path
) -> None:
    result = run(make_video(tmp_path / "clip.avi", **clip), **every("0.5"))
    assert result.numbers == [0, 12, 25, 37, 50, 62]


def test_avi_times_of_a_packed_bitstream_start_one_usual_step_before_the_second() -> None:
    stored = [Fraction(number, 25) for number in (0, 2, 3, 4)]
    assert avi_times_s(stored, True) == [Fraction(number, 25) for number in (0, 1, 2, 3)]
    assert avi_times_s(stored, False) == stored


def test_a_video_shorter_than_the_interval_gives_its_first_frame(tmp_path: Path) -> None:
    result = run(make_video(tmp_path / "short.mp4", seconds=2))
    assert result.numbers == [0]
    assert result.outcome.facts.frames_expected == 1


def test_ten_seconds_mean_zero_ten_twenty(tmp_path: Path) -> None:
    result = run(make_video(tmp_path / "long.mp4", seconds=25, fps=5, size=(64, 48)))
    assert result.numbers == [0, 50, 100]
    assert [picture.pts_s for picture in result.pictures] == [0, 10, 20]


def test_a_start_that_microseconds_cannot_say_is_kept_exact(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", fps=30, start_offset_s=Fraction(1, 3))
    result = run(path, **every("1"))
    assert result.numbers == [0, 30, 60]
    assert [picture.pts_s for picture in result.pictures] == [0, 1, 2]


def test_a_time_past_the_end_gives_no_frame_and_a_warning(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", seconds=1)
    result = run(path, mode="timestamps", timestamps_s=(Fraction(1, 2), Fraction(5)))
    assert result.numbers == [12]
    assert result.codes == ["past_end"]
    assert result.outcome.warnings[0].from_s == 5


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        ({"mode": "count", "count": 3}, [0, 25, 50]),
        ({"mode": "every_nth", "every_nth": 30}, [0, 30, 60]),
        ({"mode": "keyframes"}, [0, 30, 60]),
        ({"start_s": Fraction(1), "end_s": Fraction(2), "interval_s": Fraction(1, 2)}, [25, 37]),
    ],
)
def test_each_mode_gives_its_frames(
    options: dict[str, Any], numbers: list[int], tmp_path: Path
) -> None:
    path = make_video(tmp_path / "clip.mp4", gop=30, codec_options={"sc_threshold": "0"})
    result = run(path, **options)
    assert result.numbers == numbers
    assert result.codes == []
    assert result.outcome.facts.frames_expected == len(numbers)


@pytest.mark.parametrize("name", ["clip.ts", "clip.mkv", "clip.avi"])
def test_key_frames_are_found_in_every_container(name: str, tmp_path: Path) -> None:
    path = make_video(tmp_path / name, gop=30, codec_options={"sc_threshold": "0"})
    result = run(path, mode="keyframes")
    assert result.numbers == [0, 30, 60]
    assert [picture.pts_s for picture in result.pictures] == [0, Fraction(6, 5), Fraction(12, 5)]
    assert result.codes == []
    assert result.outcome.facts.frames_expected == 3


def test_a_long_gap_shows_the_frame_before_it_and_costs_no_decoding(tmp_path: Path) -> None:
    times = [Fraction(0), Fraction(1, 25), Fraction(30)]
    result = run(make_video(tmp_path / "gap.mkv", frame_times_s=times))
    assert result.numbers == [0, 1, 1, 2]
    assert result.outcome.packets_decoded <= 4


def test_a_variable_rate_is_told(tmp_path: Path, subtests: pytest.Subtests) -> None:
    for name in ("variable.mp4", "variable.mkv", "plain.mp4", "h264.ts", "vp9.webm"):
        with subtests.test(name):
            facts = run(make_video(tmp_path / name, **CLIPS[name])).outcome.facts
            assert facts.variable_frame_rate is name.startswith("variable")


def test_key_frames_of_an_open_structure_come_in_order_and_none_is_missing(tmp_path: Path) -> None:
    clip: dict[str, Any] = {"codec": "hevc", "gop": 10, "bframes": 3, "seconds": 4}
    clip["codec_options"] = {"x265-params": f"{X265}:open-gop=1:keyint=10:min-keyint=10"}
    result = run(make_video(tmp_path / "clip.mp4", **clip), mode="keyframes")
    assert result.numbers == list(range(0, 100, 10))
    assert result.codes == []
    assert result.outcome.path == "keyframes"


def test_a_decoder_that_takes_no_order_decodes_key_frames_alone(tmp_path: Path) -> None:
    result = run(make_video(tmp_path / "clip.webm", codec="vp9", gop=25), mode="keyframes")
    assert result.numbers == [0, 25, 50]
    assert result.outcome.packets_decoded == 1 + 3, "the first is looked at before"
