"""Files that are broken, or not what they say: each gives its code, or what it has."""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from apps.processing.extraction import Limits, Refused
from tests.hostile.inputs.counts import counted
from tests.media import audio_only, make_video, random_bytes, text_file, truncated
from tests.processing.extraction.running import Result, every, run


def refusal_of(path: Path, limits: Limits | None = None, **options: object) -> Refused:
    with pytest.raises(Refused) as caught:
        run(path, limits, **options)
    return caught.value


def without_moov(path: Path) -> Path:
    return truncated(make_video(path.with_name("whole.mp4")), path, share=0.5)


def empty(path: Path) -> Path:
    path.touch()
    return path


def exotic(path: Path) -> Path:
    return make_video(path, codec="ffv1", container="matroska", seconds=1)


def encrypted(path: Path) -> Path:
    key = {"encryption_key": "00" * 16, "encryption_kid": "11" * 16}
    protection = {"encryption_scheme": "cenc-aes-ctr", **key}
    return make_video(path, seconds=1, container_options=protection)


def still_image(path: Path) -> Path:
    return make_video(path, codec="mjpeg", container="mjpeg", seconds=Fraction(1, 25))


def sleeve_only(path: Path) -> Path:
    return audio_only(path, cover_art=True)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (random_bytes, "unreadable"),
        (text_file, "unreadable"),
        (without_moov, "unreadable"),
        (empty, "empty"),
        (audio_only, "no_video"),
        (sleeve_only, "no_video"),
        (exotic, "unsupported_codec"),
        (encrypted, "encrypted"),
        (still_image, "unsupported_type"),
    ],
)
def test_what_is_no_good_video_gets_its_own_code(
    make: Callable[[Path], Path], code: str, tmp_path: Path
) -> None:
    refused = refusal_of(make(tmp_path / "clip.mp4"))
    assert refused.code == code
    assert not refused.retryable


def test_an_unknown_codec_is_named(tmp_path: Path) -> None:
    assert refusal_of(exotic(tmp_path / "clip.mkv")).detail == "ffv1"


@pytest.mark.parametrize("seed", range(4))
def test_noise_behind_a_video_head_is_unreadable(seed: int, tmp_path: Path) -> None:
    head = make_video(tmp_path / "whole.ts").read_bytes()[:188]
    noise = random_bytes(tmp_path / "noise.mp4", seed=seed)
    noise.write_bytes(b"\x00\x00\x00\x18ftypmp42" + noise.read_bytes() + head)
    assert refusal_of(noise).code == "unreadable"


def assert_it_ends_honestly(result: Result, declared_s: Fraction) -> None:
    assert "truncated" in result.codes
    [told] = [warning for warning in result.outcome.warnings if warning.code == "truncated"]
    last_s = result.pictures[-1].requested_s
    assert told.from_s is not None
    assert told.to_s == declared_s
    assert last_s < told.from_s < declared_s
    assert all(before < after for before, after in pairwise(result.numbers))


@pytest.mark.parametrize(
    ("name", "options"),
    [("clip.mp4", {"movflags": "faststart"}), ("clip.mkv", {}), ("clip.webm", {})],
)
def test_a_cut_off_file_gives_the_frames_it_has_and_never_one_twice(
    name: str, options: dict[str, str], tmp_path: Path
) -> None:
    codec = "vp8" if name.endswith("webm") else "h264"
    whole = make_video(
        tmp_path / f"whole-{name}", codec=codec, seconds=4, container_options=options, gop=12
    )
    result = run(truncated(whole, tmp_path / name, share=0.6), **every("0.2"))
    expected = [k * 5 for k in range(len(result.numbers))]
    assert result.numbers == expected
    assert 5 <= len(expected) < 20
    assert_it_ends_honestly(result, Fraction(4))


@pytest.mark.parametrize("share", [0.51, 0.57, 0.63])
def test_half_a_picture_at_the_cut_is_no_picture(share: float, tmp_path: Path) -> None:
    form = {"codec": "mjpeg", "container_options": {"movflags": "faststart"}}
    whole = make_video(tmp_path / "whole.mov", fps=5, grain=50, **form)  # type: ignore[arg-type]
    cut = truncated(whole, tmp_path / "cut.mov", share=share)
    result, uncut = run(cut, **every("0.2")), run(whole, **every("0.2"))
    originals = {picture.sha256 for picture in uncut.pictures}
    assert {picture.sha256 for picture in result.pictures} < originals
    assert result.codes == ["truncated"]


def test_a_hole_in_the_middle_is_told_and_the_rest_is_given(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mkv", seconds=4, gop=10, size=(320, 240))
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3000] = bytes(3000)
    path.write_bytes(data)
    result = run(path, **every("0.2"))
    assert "damaged" in result.codes or "truncated" in result.codes
    assert result.numbers[0] == 0
    assert result.outcome.frames >= 8


def test_a_whole_file_has_no_warnings(tmp_path: Path) -> None:
    assert run(make_video(tmp_path / "clip.mp4", with_audio=True), **every("0.5")).codes == []


def test_too_many_frames_are_refused_before_the_work(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4")
    refused = refusal_of(path, interval_s=Fraction(1, 10), max_frames=29)
    assert refused.code == "too_many_frames"
    assert refused.detail == "30 frames; the limit is 29"
    limited = refusal_of(path, Limits(max_frames=29), interval_s=Fraction(1, 10))
    assert limited.code == "too_many_frames"
    assert len(run(path, interval_s=Fraction(1, 10), max_frames=30).pictures) == 30


def test_a_long_gap_cannot_make_more_frames_than_allowed(tmp_path: Path) -> None:
    years_s = Fraction(10 * 365 * 86400)
    path = make_video(
        tmp_path / "gap.webm",
        codec="vp8",
        frame_times_s=[Fraction(0), years_s],
        container_options={"live": "1"},
    )
    assert refusal_of(path).code == "too_long"
    assert refusal_of(path, Limits(max_duration_s=10**9)).code == "too_many_frames"


def test_a_long_video_is_refused_and_a_part_of_it_is_not(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4")
    limits = Limits(max_duration_s=2)
    assert refusal_of(path, limits).code == "too_long"
    assert run(path, limits, end_s=Fraction(1)).numbers == [0]


def test_large_pictures_are_refused_before_they_are_decoded(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", seconds=1, size=(640, 480))
    refused = refusal_of(path, Limits(max_pixels=640 * 479))
    assert refused.code == "too_large"
    assert run(path, Limits(max_pixels=640 * 480)).numbers == [0]


def test_an_index_of_more_pictures_than_bytes_is_refused_before_it_is_used(tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    path.write_bytes(counted(50_000))
    assert "more pictures" in refusal_of(path).detail


def test_more_bytes_than_allowed_are_refused(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4")
    refused = refusal_of(path, Limits(max_output_bytes=10_000), interval_s=Fraction(1, 10))
    assert refused.code == "too_large"
