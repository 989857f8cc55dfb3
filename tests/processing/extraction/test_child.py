"""The confined child: its limits, its end, and what is believed of it."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from apps.processing.extraction import (
    ChildDied,
    Limits,
    Options,
    Picture,
    Refused,
    Stopped,
    TimedOut,
    extract,
    probe,
)
from apps.processing.extraction.supervision import fork_server, spawning
from tests.media import make_video
from tests.processing.extraction.forks import ROGUE, forking
from tests.processing.extraction.running import Basket, pack, run

ROOT = Path(__file__).parents[3]


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[spawning.Child]]:
    """Every child that was started; at the end of the test none may be left."""
    started: list[spawning.Child] = []
    start = spawning.spawn

    def spawn(source_descriptor: int, asks: socket.socket | None = None) -> spawning.Child:
        started.append(start(source_descriptor, asks))
        return started[-1]

    monkeypatch.setattr(spawning, "spawn", spawn)
    yield started
    assert started
    assert all(child.exit_code is not None for child in started), "a child was left"


@pytest.fixture
def rogue(children: list[spawning.Child]) -> Iterator[None]:
    with forking(ROGUE):
        yield


def behaving(name: str, folder: Path) -> Path:
    path = folder / "video.mp4"
    path.write_text(name)
    return path


@pytest.mark.parametrize(
    "name",
    [
        "junk",
        "huge",
        "impatient",
        "endless_number",
        "inventive",
        "leaving",
        "talking_on",
        "timeless",
        "indebted",
        "skipping",
    ],
)
@pytest.mark.usefixtures("rogue")
def test_a_child_that_talks_nonsense_is_not_believed(name: str, tmp_path: Path) -> None:
    with pytest.raises(ChildDied) as caught:
        run(behaving(name, tmp_path))
    assert (caught.value.code, caught.value.reason) == ("poison", "protocol")
    assert caught.value.retryable


@pytest.mark.usefixtures("rogue")
def test_a_child_killed_by_a_signal_is_poison_and_says_which(tmp_path: Path) -> None:
    with pytest.raises(ChildDied) as caught:
        run(behaving("crashing", tmp_path))
    assert (caught.value.reason, caught.value.signal) == ("signal", signal.SIGSEGV)
    assert "SIGSEGV" in caught.value.detail


@pytest.mark.usefixtures("rogue")
def test_a_child_that_hangs_up_and_stays_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spawning, "GRACE_S", 0.3)
    with pytest.raises(ChildDied) as caught:
        run(behaving("hanging_up", tmp_path))
    assert caught.value.signal == signal.SIGKILL


def test_a_decoder_that_cannot_be_loaded_is_not_the_videos_fault(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", seconds=1)
    with forking("no.such.module"), pytest.raises(OSError, match="decoder is gone"):
        run(path)


@pytest.mark.parametrize("name", ["silent", "chatty_but_slow"])
@pytest.mark.usefixtures("rogue")
def test_the_wall_clock_ends_a_child_that_never_does(name: str, tmp_path: Path) -> None:
    started_s = time.monotonic()
    with pytest.raises(TimedOut) as caught:
        run(behaving(name, tmp_path), Limits(wall_s=0.5))
    assert caught.value.code == "timeout"
    assert time.monotonic() - started_s < 3


@pytest.mark.usefixtures("rogue")
def test_the_child_has_two_descriptors_no_environment_and_all_limits(tmp_path: Path) -> None:
    path = behaving("inventory", tmp_path)
    with pytest.raises(Refused) as caught:
        run(path)
    environment, files, limits, no_new_privs = json.loads(caught.value.detail)
    given = {"LC_CTYPE"} | fork_server.ENVIRONMENT.keys()  # the first is Python's own doing
    assert set(environment) <= given
    assert sorted(name.partition(":")[0] for name in files) == ["/dev/null", str(path), "socket"]
    assert limits == [0, 0, Limits().cpu_s + 1, Limits().memory_bytes]
    assert no_new_privs


@pytest.mark.usefixtures("rogue")
def test_a_stop_is_heard_while_the_child_is_silent(tmp_path: Path) -> None:
    asked_s: list[float] = []

    def keep_going() -> bool:
        asked_s.append(time.monotonic())
        return asked_s[-1] - asked_s[0] < 1.2

    with behaving("silent", tmp_path).open("rb") as source, pytest.raises(Stopped):
        extract(source, options=Options(), sink=Basket(), keep_going=keep_going)
    pauses_s = [after - before for before, after in pairwise(asked_s)]
    assert max(pauses_s) < 0.5


def test_a_stop_between_pictures_kills_the_child_at_once(
    tmp_path: Path, children: list[spawning.Child]
) -> None:
    basket = Basket()
    stopped_s: list[float] = []

    def keep_going() -> bool:
        if len(basket.pictures) == 2:
            stopped_s.append(time.monotonic())
        return not stopped_s

    options = Options(interval_s=Fraction(1, 25))
    with make_video(tmp_path / "clip.mp4").open("rb") as source, pytest.raises(Stopped):
        extract(source, options=options, sink=basket, keep_going=keep_going)
    assert time.monotonic() - stopped_s[0] < 1
    assert len(basket.pictures) == 2
    assert children[0].exit_code == -signal.SIGKILL


def test_an_error_of_the_sink_comes_through_and_leaves_no_child(
    tmp_path: Path, children: list[spawning.Child]
) -> None:
    class FullDisk(Basket):
        def picture(self, picture: Picture) -> None:
            raise OSError("no space left")

    path = make_video(tmp_path / "clip.mp4", seconds=1)
    with path.open("rb") as source, pytest.raises(OSError, match="no space left"):
        extract(source, options=Options(), sink=FullDisk())
    assert len(children) == 1


@pytest.mark.usefixtures("children")
def test_the_clock_stands_while_the_sink_works(tmp_path: Path) -> None:
    class SlowStore(Basket):
        def picture(self, picture: Picture) -> None:
            time.sleep(1.6)
            super().picture(picture)

    basket = SlowStore()
    with make_video(tmp_path / "clip.mp4", seconds=1).open("rb") as source:
        options = Options(mode="count", count=2)
        extract(source, options=options, limits=Limits(wall_s=3), sink=basket)
    assert len(basket.pictures) == 2


@pytest.mark.usefixtures("children")
def test_too_little_memory_kills_the_child_and_not_the_worker(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", seconds=1, size=(3840, 2160), fps=4, gop=1)
    assert run(path).numbers == [0]
    with pytest.raises(ChildDied) as caught:
        run(path, Limits(memory_bytes=200 * 1024**2))
    assert caught.value.code == "poison"
    assert caught.value.reason == "memory"


@pytest.mark.usefixtures("children")
def test_too_much_computing_kills_the_child(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", seconds=2, size=(1280, 720), gop=50)
    with pytest.raises(ChildDied) as caught:
        run(path, Limits(cpu_s=1), interval_s=Fraction(1, 25), image_format="webp")
    assert (caught.value.reason, caught.value.signal) == ("cpu", signal.SIGXCPU)


SUPERVISOR = """
import sys
from apps.processing.extraction.supervision import fork_server, spawning
fork_server.CHILD_MODULE = sys.argv[1]
child = spawning.spawn(open(sys.argv[2], "rb").fileno())
child.channel.sendall(b"go")
print(spawning.warm_up().pid, child.pid, flush=True)
child.wait()
"""


def test_the_child_and_the_fork_server_die_with_the_supervisor(tmp_path: Path) -> None:
    path = behaving("silent", tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, ROGUE, path], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as supervisor:
        assert supervisor.stdout is not None
        others = [os.pidfd_open(int(pid)) for pid in supervisor.stdout.readline().split()]
        supervisor.kill()
    try:
        assert [other for other in others if not has_ended(other)] == []
    finally:
        for other in others:
            os.close(other)


def has_ended(pidfd: int) -> bool:
    return bool(select.select([pidfd], [], [], 5)[0])


@pytest.mark.usefixtures("children")
def test_a_probe_gives_the_facts_and_the_cost(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", with_audio=True)
    with path.open("rb") as source:
        estimate = probe(source, options=Options(interval_s=Fraction(1, 2)))
    assert estimate.frames == estimate.facts.frames_expected == 6
    assert estimate.facts.duration_s == 3
    assert estimate.facts.codec == "h264"
    written, _ = pack(path, interval_s=Fraction(1, 2))
    assert len(written) / 2 < estimate.bytes < len(written) * 2
    assert 0 < estimate.seconds < 10


@pytest.mark.usefixtures("children")
def test_the_position_of_the_callers_file_stays_where_it_was(tmp_path: Path) -> None:
    with make_video(tmp_path / "clip.mp4", seconds=1).open("rb") as source:
        source.seek(17)
        extract(source, options=Options(), sink=Basket())
        assert os.lseek(source.fileno(), 0, os.SEEK_CUR) != 0
        assert source.tell() == 17


def test_a_signal_without_a_name_is_told_by_its_number() -> None:
    assert "signal 40" in str(ChildDied("signal", 40))
    assert "SIGKILL" in str(ChildDied("signal", 9))
