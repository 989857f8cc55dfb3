"""The cage around the decoder: what a child that was taken over can still do, and what not."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path

import psutil
import pytest
from django.core.management import CommandError, call_command

from apps.processing import jobs
from apps.processing.extraction import Limits, Options, VideoFacts, extract, missing_layers
from apps.processing.extraction.child import seccomp
from apps.processing.extraction.child.system_calls import ARCHITECTURES
from apps.processing.extraction.supervision.spawning import warm_up
from tests.media import make_video
from tests.processing.extraction.running import Basket, run
from tests.processing.extraction.traps import trap

NOBODY = 65_534
WHO = ["-", *([str(NOBODY)] if os.geteuid() == 0 else [])]
#: Landlock alone looks at paths, TCP and what reaches other processes.
OUT_OF_LANDLOCKS_SIGHT = {
    *("send by UDP", "fork", "be traced", "make a namespace", "set up a ring"),
    *(
        "hold a file in memory",
        "run what it wrote",
        "connect by a path",
        "look at a file",
        "take a page from all",
    ),
}
#: The kernel's own answer, whoever asks: a ring needs arguments, and containers have none.
NEVER_0 = {"set up a ring", "make a namespace", "take a page from all"}


@pytest.fixture
def neighbour(tmp_path: Path) -> Iterator[int]:
    """Servers and a file beside the prisoner; gives the port of the one with a port."""
    tmp_path.chmod(0o777)
    (tmp_path / "victim").touch()
    with ExitStack() as stack:
        tcp, path, name = (
            stack.enter_context(socket.socket(family))
            for family in (socket.AF_INET, socket.AF_UNIX, socket.AF_UNIX)
        )
        tcp.bind(("127.0.0.1", 0))
        port = int(tcp.getsockname()[1])
        path.bind(str(tmp_path / "server"))
        name.bind(f"\0frameflow-{port}")
        for server in (tcp, path, name):
            server.listen()
        (tmp_path / "server").chmod(0o777)
        yield port


def tried(layers: str, user: str, folder: Path, port: int) -> dict[str, int]:
    arguments = ["-m", "tests.processing.extraction.prisoner", layers, user, folder, str(port)]
    done = subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
    outcomes: dict[str, int] = json.loads(done.stdout)
    return outcomes


def test_this_kernel_has_every_layer() -> None:
    assert missing_layers() == ()


@pytest.mark.parametrize("user", WHO)
@pytest.mark.parametrize("layers", ["both", "seccomp"])
def test_nothing_leads_out(layers: str, user: str, tmp_path: Path, neighbour: int) -> None:
    outcomes = tried(layers, user, tmp_path, neighbour)
    assert outcomes.pop("start a thread") == 0
    assert [name for name, error in outcomes.items() if error == 0] == []
    assert (tmp_path / "victim").exists()


@pytest.mark.parametrize("user", WHO)
def test_landlock_alone_holds_what_it_sees(user: str, tmp_path: Path, neighbour: int) -> None:
    outcomes = tried("landlock", user, tmp_path, neighbour)
    assert outcomes.pop("start a thread") == 0
    seen = {name: error for name, error in outcomes.items() if name not in OUT_OF_LANDLOCKS_SIGHT}
    assert [name for name, error in seen.items() if error == 0] == []


def test_without_the_cage_all_of_it_works(tmp_path: Path, neighbour: int) -> None:
    outcomes = tried("none", "-", tmp_path, neighbour)
    assert {name for name, error in outcomes.items() if error} <= NEVER_0
    assert not (tmp_path / "victim").exists()


class Looking(Basket):
    """Looks at the child while it decodes."""

    status: str = ""

    def checked(self, facts: VideoFacts) -> None:
        super().checked(facts)
        [child] = psutil.Process(warm_up().pid).children()
        self.status = Path(f"/proc/{child.pid}/status").read_text()


def test_every_video_is_decoded_inside_it(tmp_path: Path) -> None:
    sink = Looking()
    # More pictures than the channel holds, so that the child is still there when it is looked at.
    path = make_video(tmp_path / "clip.mp4", size=(640, 480), grain=40)
    with path.open("rb") as source:
        options = Options(mode="every_nth", every_nth=1)
        extract(source, options=options, limits=Limits(), sink=sink)
    assert "Seccomp:\t2" in sink.status
    assert "NoNewPrivs:\t1" in sink.status


@pytest.mark.parametrize(
    ("name", "seconds"), [("subtitled.mkv", 4), ("subtitled.mp4", 4), ("two_streams.mkv", 3)]
)
def test_streams_beside_the_picture_need_nothing_that_is_locked(
    name: str, seconds: int, tmp_path: Path
) -> None:
    assert len(run(trap(name, tmp_path), interval_s=Fraction(1)).pictures) == seconds


def test_no_call_is_named_twice_and_none_is_dangerous() -> None:
    for machine in ARCHITECTURES.values():
        by_argument = {machine.clone, machine.mmap, machine.mprotect, machine.madvise}
        looked_at = {*by_argument, machine.absent}
        assert len(set(machine.allowed)) == len(machine.allowed)
        assert not looked_at & set(machine.allowed)


def test_an_unknown_machine_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seccomp, "ARCHITECTURES", {})
    assert missing_layers() == ("seccomp",)
    with pytest.raises(OSError, match="not known"):
        seccomp.allow_only_decoding()


def test_a_worker_does_not_start_in_a_weaker_cage(
    settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DECODER_CAGE = "required"  # type: ignore[attr-defined]
    monkeypatch.setattr(jobs, "missing_layers", lambda: ("landlock",))
    with pytest.raises(CommandError, match="no landlock to confine"):
        call_command("runworker", "--burst")
