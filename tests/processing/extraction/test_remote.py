"""A video that lies elsewhere gives the same pictures, and leaves nothing on this machine."""

import os
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from apps.processing.extraction import (
    ChildDied,
    Limits,
    Options,
    RemoteVideo,
    Stopped,
    extract,
    probe,
)
from apps.processing.extraction.channel.spans import BLOCK_BYTES, MOST_SPAN_BYTES
from apps.processing.extraction.supervision import spawning
from tests.media import make_video
from tests.processing.extraction.forks import ROGUE, forking
from tests.processing.extraction.remote import Elsewhere, by_ranges, run_elsewhere
from tests.processing.extraction.running import Basket, run
from tests.processing.extraction.test_exactness import CLIPS
from tests.processing.extraction.test_groups import (
    MODES,
    SEVERAL_GROUPS,
    UNSURE,
    assert_same,
)
from tests.processing.extraction.ways import by_either_way

ALL_MODES: dict[str, dict[str, Any]] = {**MODES, "keyframes": {"mode": "keyframes"}}


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No child, no open copy, no name: however it ends."""
    started: list[spawning.Child] = []
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    start = spawning.spawn

    def spawn(*descriptors: Any) -> spawning.Child:
        started.append(start(*descriptors))
        return started[-1]

    monkeypatch.setattr(spawning, "spawn", spawn)
    before = copies_open()
    yield
    assert all(child.exit_code is not None for child in started), "a child was left"
    deadline_s = time.monotonic() + 5
    while copies_open() > before and time.monotonic() < deadline_s:
        time.sleep(0.01)  # a thread that waited for the store lets go of its number
    assert copies_open() <= before, "a copy is still open"
    assert not any(folder.iterdir())


def copies_open() -> int:
    """Return how many files without a name this process holds."""
    count = 0
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            count += os.readlink(f"/proc/self/fd/{descriptor}").endswith("(deleted)")
        except OSError:
            continue
    return count


@pytest.mark.parametrize("name", CLIPS | SEVERAL_GROUPS | UNSURE)
def test_every_clip_gives_the_same_from_elsewhere(
    name: str, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    path = make_video(tmp_path / name, **(CLIPS | SEVERAL_GROUPS | UNSURE)[name])
    for mode, options in ALL_MODES.items():
        with subtests.test(mode):
            store = Elsewhere(path)
            assert_same(by_ranges(store, **options), by_either_way(path, **options))
            assert 0 < store.bytes_given <= store.size


@pytest.mark.parametrize("name", ["gops.mp4", "gops.ts", "vp9_gops.webm"])
def test_a_child_gives_the_same_pictures(name: str, tmp_path: Path) -> None:
    path = make_video(tmp_path / name, **SEVERAL_GROUPS[name])
    store = Elsewhere(path)
    there, here = run_elsewhere(store, count=5, mode="count"), run(path, count=5, mode="count")
    assert there.pictures == here.pictures
    assert there.outcome.manifest == here.outcome.manifest
    assert there.outcome.bytes_read == store.bytes_given


def test_a_probe_reads_elsewhere_too(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4")
    with path.open("rb") as file:
        here = probe(file, options=Options())
    assert probe(Elsewhere(path).video, options=Options()).facts == here.facts


def test_no_byte_is_asked_for_twice_and_no_request_is_large(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.ts", seconds=10, size=(640, 480), grain=60)
    store = Elsewhere(path)
    run_elsewhere(store, every_nth=50, mode="every_nth")
    assert store.size > 2 * MOST_SPAN_BYTES
    ends = [offset + length for offset, length in sorted(store.requests)]
    assert ends[-1] == store.size
    assert [offset for offset, _ in sorted(store.requests)] == [0, *ends[:-1]]
    assert max(length for _, length in store.requests) == MOST_SPAN_BYTES
    assert store.most_at_once <= 8


def test_memory_stays_the_same_however_long_the_video_is(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.ts", seconds=1)
    with path.open("ab") as file:
        file.write((b"\x47\x1f\xff\x10" + bytes(184)) * 300_000)  # packets of nothing
    store = Elsewhere(path)
    tracemalloc.start()
    try:
        run_elsewhere(store)
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert store.bytes_given == store.size > 56_000_000
    assert peak_bytes < 12_000_000


class StoreDown(Exception):
    """What a store raises."""


class FailsHalfway(Elsewhere):
    def chunks(self, offset: int, length: int) -> Iterator[bytes]:
        if offset:
            raise StoreDown("the line broke")
        yield from super().chunks(offset, length)


def test_an_error_of_the_store_comes_out_as_it_is(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.ts", seconds=5, size=(640, 480), grain=60)
    with pytest.raises(StoreDown, match="the line broke"):
        run_elsewhere(FailsHalfway(path), mode="keyframes")


def test_a_store_that_gives_too_little_is_an_error(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4")
    store = Elsewhere(path)
    with pytest.raises(EOFError):
        extract(
            RemoteVideo(store.size + BLOCK_BYTES, lambda *_: iter([b""])),
            options=Options(),
            sink=Basket(),
        )


def test_the_clock_stands_while_the_store_is_slow(tmp_path: Path) -> None:
    class Slow(Elsewhere):
        def chunks(self, offset: int, length: int) -> Iterator[bytes]:
            time.sleep(1.6 if not offset else 0)
            yield from super().chunks(offset, length)

    store = Slow(make_video(tmp_path / "clip.mp4"))
    assert run_elsewhere(store, Limits(wall_s=1.5)).numbers == [0]


def test_a_stop_is_heard_while_the_store_says_nothing(tmp_path: Path) -> None:
    is_asked, may_end = Event(), Event()

    class Hanging(Elsewhere):
        def chunks(self, offset: int, length: int) -> Iterator[bytes]:
            is_asked.set()
            may_end.wait()
            yield from super().chunks(offset, length)

    stopped_s: list[float] = []

    def keep_going() -> bool:
        if is_asked.is_set():
            stopped_s.append(time.monotonic())
        return not stopped_s

    store = Hanging(make_video(tmp_path / "clip.mp4"))
    try:
        with pytest.raises(Stopped):
            extract(store.video, options=Options(), sink=Basket(), keep_going=keep_going)
        assert time.monotonic() - stopped_s[0] < 1
    finally:
        may_end.set()


@pytest.mark.parametrize(
    "name",
    [
        *("asking_outside", "asking_before", "asking_between", "asking_for_nothing"),
        *("asking_again", "asking_for_much", "asking_for_crumbs", "asking_otherwise"),
    ],
)
def test_a_child_that_asks_for_nonsense_is_not_served(name: str, tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    path.write_bytes(name.encode().ljust(100, b" "))
    os.truncate(path, 200_000_000)
    store = Elsewhere(path)
    with forking(ROGUE), pytest.raises(ChildDied) as caught:
        run_elsewhere(store)
    assert caught.value.reason == "protocol"
    assert store.bytes_given <= store.size
    assert len(store.requests) <= 10_200
