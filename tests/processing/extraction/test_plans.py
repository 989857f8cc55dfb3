"""Of an MP4 elsewhere only what the wanted frames need is fetched, and the plan says so before."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from apps.processing.extraction import Limits
from apps.processing.extraction.opening.opener import codec_name, open_video
from apps.processing.extraction.opening.source import DescriptorSource, Source
from apps.processing.extraction.opening.timing import VideoPacket
from apps.processing.extraction.surveying.describing import DESCRIBED, described, pictures_end_s
from apps.processing.extraction.surveying.indexing import keyframe_ticks
from tests.media import make_video
from tests.processing.extraction.remote import Elsewhere, arriving, by_ranges
from tests.processing.extraction.test_exactness import CLIPS
from tests.processing.extraction.test_groups import SEVERAL_GROUPS, assert_same
from tests.processing.extraction.ways import by_either_way

MP4_CLIPS = {
    name: clip
    for name, clip in (CLIPS | SEVERAL_GROUPS).items()
    if name.endswith((".mp4", ".mov")) and clip.get("codec", "h264") in DESCRIBED
}
LONG: dict[str, Any] = {"seconds": 40, "size": (640, 360), "grain": 30, "gop": 25, "bframes": 3}
FASTSTART: dict[str, Any] = {"container_options": {"movflags": "faststart"}}


def times_of(source: Source, seek_to: int | None = None) -> list[tuple[Any, ...]]:
    with open_video(source, Limits()) as video:
        if seek_to is not None:
            video.container.seek(seek_to, stream=video.stream)
        packets = video.container.demux(video.stream)
        return [told_by(packet) for packet in packets if packet.size]


def told_by(packet: VideoPacket) -> tuple[Any, ...]:
    at = packet.pts, packet.dts, packet.duration
    return *at, packet.size, packet.pos, packet.is_discard, packet.is_corrupt


@pytest.mark.parametrize("name", MP4_CLIPS)
def test_the_description_alone_tells_the_times_of_all_packets(name: str, tmp_path: Path) -> None:
    path = make_video(tmp_path / name, **MP4_CLIPS[name])
    with path.open("rb") as file, arriving(Elsewhere(path)) as source:
        here = DescriptorSource(file.fileno())
        with open_video(source, Limits()) as video:
            hollow, keyframes = described(video), keyframe_ticks(video, Limits())
            assert codec_name(video.stream) in DESCRIBED
        assert hollow is not None
        for seek_to in (None, *keyframes):
            assert times_of(hollow, seek_to) == times_of(here, seek_to)


@pytest.mark.parametrize("name", MP4_CLIPS)
def test_the_end_that_the_description_tells_is_the_one_that_reading_tells(
    name: str, tmp_path: Path
) -> None:
    path = make_video(tmp_path / name, **MP4_CLIPS[name])
    with path.open("rb") as file, open_video(DescriptorSource(file.fileno()), Limits()) as video:
        ends_s = [
            video.time_s(packet.pts) + packet.duration * video.time_base
            for packet in video.container.demux(video.stream)
            if packet.pts is not None and packet.duration and not packet.is_discard
        ]
    with arriving(Elsewhere(path)) as source, open_video(source, Limits()) as video:
        keyframes = keyframe_ticks(video, Limits())
        for begin in keyframes:
            assert pictures_end_s(video, begin, Limits()) == max(ends_s)


@pytest.mark.parametrize("more", [{}, FASTSTART], ids=["moov at the end", "moov at the start"])
@pytest.mark.parametrize(
    ("options", "most"),
    [
        ({"interval_s": Fraction(10)}, 0.15),
        ({"mode": "count", "count": 4}, 0.15),
        ({"mode": "timestamps", "timestamps_s": (Fraction(77, 2),)}, 0.08),
        ({"mode": "every_nth", "every_nth": 250}, 0.15),
        ({"mode": "keyframes"}, 0.4),
        ({"interval_s": Fraction(1, 2)}, 1),
    ],
    ids=["interval", "count", "timestamps", "every_nth", "keyframes", "dense"],
)
def test_only_what_is_needed_is_fetched(
    options: dict[str, Any], most: float, more: dict[str, Any], tmp_path: Path
) -> None:
    path = make_video(tmp_path / "clip.mp4", **LONG, **more)
    store = Elsewhere(path)
    assert store.size > 10_000_000
    assert_same(by_ranges(store, **options), by_either_way(path, **options))
    assert store.bytes_given <= most * store.size
    assert len(store.requests) <= 45


def test_one_request_for_each_chain(tmp_path: Path) -> None:
    store = Elsewhere(make_video(tmp_path / "clip.mp4", **LONG, **FASTSTART))
    by_ranges(store, interval_s=Fraction(97, 10))
    assert len(store.requests) <= 1 + 4 + 2  # the head, a chain for each frame, the first frame


def test_chains_that_nearly_touch_are_fetched_together(tmp_path: Path) -> None:
    small = LONG | FASTSTART | {"size": (256, 144), "seconds": 60}
    store = Elsewhere(make_video(tmp_path / "clip.mp4", **small))
    by_ranges(store, interval_s=Fraction(1))
    assert len(store.requests) <= 10  # for sixty chains


def test_what_is_late_in_a_file_is_not_waited_for_behind_all_of_it(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", **LONG)
    assert path.read_bytes()[-5_000_000:].find(b"moov") > 0
    store = Elsewhere(path)
    by_ranges(store, mode="timestamps", timestamps_s=(Fraction(1),))
    assert store.bytes_given < 0.12 * store.size
