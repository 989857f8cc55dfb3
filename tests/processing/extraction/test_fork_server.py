"""The fork server: killed, shared, asked by many; and it keeps nothing."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from apps.processing.extraction import ChildDied, Options, Stopped, extract, warm_up
from apps.processing.extraction.child.forking import MOST_CHILDREN
from apps.processing.extraction.supervision import spawning
from apps.processing.extraction.supervision.fork_server import CHILD_MODULE, ForkServerClient
from tests.media import make_video
from tests.processing.extraction.forks import ROGUE, forking
from tests.processing.extraction.running import Basket, run
from tests.waiting import eventually

ROOT = Path(__file__).parents[3]
#: Two processes, forked from one that is warm, with a child each; says who they are.
TWO_HORSES = """
import os, sys, time
from apps.processing.extraction.supervision import fork_server, spawning
fork_server.CHILD_MODULE = sys.argv[1]
server = spawning.warm_up()
for _ in range(2):
    if os.fork() == 0:
        child = spawning.spawn(os.open(sys.argv[2], os.O_RDONLY))
        child.channel.sendall(b"go")
        os.write(1, f"{os.getpid()} {child.pid} {server is spawning.warm_up()}\\n".encode())
        time.sleep(60)
time.sleep(60)
"""


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return make_video(tmp_path / "clip.mp4", seconds=1)


@pytest.fixture
def server() -> Iterator[ForkServerClient]:
    """One that serves this test alone."""
    with forking(CHILD_MODULE):
        yield warm_up()


def test_one_serves_all(server: ForkServerClient, clip: Path) -> None:
    assert [run(clip).numbers for _ in range(3)] == [[0]] * 3
    assert warm_up() is server


def test_after_its_death_there_is_another(server: ForkServerClient, clip: Path) -> None:
    os.kill(server.pid, signal.SIGKILL)
    assert run(clip).numbers == [0]
    assert warm_up() is not server


def test_its_death_ends_the_child_at_work(tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    path.write_text("silent")
    children: list[psutil.Process] = []

    def kill_the_server() -> bool:
        if not children:
            server = psutil.Process(warm_up().pid)
            children.extend(server.children())
            server.kill()
        return True

    with forking(ROGUE), path.open("rb") as source, pytest.raises(ChildDied) as caught:
        extract(source, options=Options(), sink=Basket(), keep_going=kill_the_server)
    assert caught.value.signal == signal.SIGKILL
    [child] = children
    child.wait(5)


def test_a_child_has_no_more_where_its_supervisor_has_much_open(clip: Path) -> None:
    """The channels' numbers are the supervisor's at first, and these are beyond any limit."""
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(clip.open("rb"))
        with forking(ROGUE), clip.open("rb") as source:
            child = spawning.spawn(source.fileno())
            eventually(lambda: held_by(child.pid) == [str(clip), "socket"] or None, "no more", 5)
            child.end()


def held_by(pid: int) -> list[str]:
    """Return what a process has open, sockets without their numbers."""
    links = [os.readlink(each) for each in Path(f"/proc/{pid}/fd").iterdir()]
    return sorted(link.partition(":")[0] for link in links if link != "/dev/null")


def test_more_children_than_it_can_lead_are_refused_and_harm_no_other(clip: Path) -> None:
    with forking(ROGUE), clip.open("rb") as source:
        server = warm_up()
        children = [spawning.spawn(source.fileno()) for _ in range(MOST_CHILDREN)]
        with pytest.raises(BlockingIOError):
            spawning.spawn(source.fileno())
        assert warm_up() is server
        assert {child.end() for child in children} == {-signal.SIGKILL}


def test_one_that_stands_still_is_given_up_and_replaced(
    server: ForkServerClient, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(clip)
    os.kill(server.pid, signal.SIGSTOP)
    with monkeypatch.context() as patch:
        patch.setattr(spawning, "START_WITHIN_S", 0.3)
        with pytest.raises(TimeoutError):
            run(clip)
    assert run(clip).numbers == [0]
    assert warm_up() is not server


def test_one_that_stands_still_keeps_no_child_from_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spawning, "GRACE_S", 0.3)
    path = tmp_path / "video.mp4"
    path.write_text("silent")
    children: list[psutil.Process] = []

    def stop_the_server() -> bool:
        server = psutil.Process(warm_up().pid)
        children.extend(server.children())
        server.suspend()
        return False

    with forking(ROGUE), path.open("rb") as source, pytest.raises(Stopped):
        extract(source, options=Options(), sink=Basket(), keep_going=stop_the_server)
    children[0].wait(5)


def test_a_supervisor_that_dies_takes_its_own_child_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    path.write_text("silent")
    script = [sys.executable, "-c", TWO_HORSES, ROGUE, path]
    with subprocess.Popen(script, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        first, second = (parent.stdout.readline().split() for _ in range(2))
        assert (first[2], second[2]) == ("True", "True")
        horses = [psutil.Process(int(pid)) for pid, *_ in (first, second)]
        children = [psutil.Process(int(pid)) for _, pid, _ in (first, second)]
        horses[0].kill()
        children[0].wait(5)
        assert children[1].is_running()
        horses[1].kill()
        parent.kill()
    children[1].wait(5)


def test_it_serves_many_at_once_and_keeps_no_descriptor(
    server: ForkServerClient, clip: Path
) -> None:
    run(clip)
    process = psutil.Process(server.pid)
    before = process.num_fds()
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda _: run(clip).numbers, range(12))) == [[0]] * 12
    eventually(lambda: process.num_fds() <= before or None, "the last leash is let go of", 5)
    assert process.children() == []
    assert process.num_threads() == 1


def test_what_is_sent_to_a_whole_service_does_not_end_it(
    server: ForkServerClient, clip: Path
) -> None:
    run(clip)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(server.pid, number)
    assert run(clip).numbers == [0]
    assert warm_up() is server
    assert os.getpgid(server.pid) == server.pid  # a terminal's Ctrl-C goes to a group
