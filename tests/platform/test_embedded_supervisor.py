"""`make run` and `make demo`: the real application under the real supervisor."""

import re
import signal
import socket
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import psycopg2
import pytest

from frameflow.embedded import running
from frameflow.embedded.ports import free_port
from tests.platform.embedded_process import (
    all_gone,
    descendants,
    embedded,
    started,
    wait_until,
)

#: Two programs instead of the application: one will not hear SIGTERM, one dies at once.
STUBBORN = (
    "supervisor",
    "it.STOP_WITHIN_S = 1; it.application.steps = lambda environ: {}; "
    "it.application.programs = lambda environ: {"
    "'stubborn': ['sh', '-c', 'trap : TERM; while :; do sleep 1; done'], "
    "'doomed': ['sh', '-c', 'echo no luck; exit 3']}",
)


@dataclass(frozen=True)
class Running:
    """Frame Flow under its supervisor."""

    process: psutil.Popen
    data: Path
    url: str

    def program(self, words: str) -> psutil.Process:
        """Return the child of the supervisor whose command line holds the words."""
        children = self.process.children()
        return next(each for each in children if words in " ".join(each.cmdline()))

    def has_another(self, words: str, than: psutil.Process) -> bool:
        """Tell whether another child does what `than` did."""
        try:
            return bool(self.program(words) != than)
        except (StopIteration, psutil.NoSuchProcess, psutil.ZombieProcess):
            return False

    def is_ready(self) -> bool:
        """Tell whether the web process reaches its databases, Redis and storage."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).is_success
        except httpx.HTTPError:
            return False


@pytest.fixture(scope="module")
def frame_flow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data, port = tmp_path_factory.mktemp("run") / "data", free_port()
    with started(["run"], data=data, expect="WEB_URL", PORT=str(port), WORKERS="1") as process:
        yield Running(process, data, running(data)["WEB_URL"])


@pytest.mark.parametrize("program", ["runweb", "runbus", "runworker", "valkey-server"])
def test_what_is_killed_is_started_again(frame_flow: Running, program: str) -> None:
    killed = frame_flow.program(program)
    killed.kill()
    wait_until(lambda: frame_flow.has_another(program, killed))
    wait_until(frame_flow.is_ready)


def test_killed_postgres_returns_on_its_port_with_its_data(frame_flow: Running) -> None:
    url = running(frame_flow.data)["ADMIN_DATABASE_URL"]
    count = "SELECT count(*) FROM orchestration.django_migrations"
    before = _ask(url, count)
    killed = frame_flow.program("/postgres -D")
    killed.kill()
    wait_until(lambda: frame_flow.has_another("/postgres -D", killed))
    wait_until(frame_flow.is_ready)
    assert _ask(url, count) == before > 0


def test_a_second_run_on_the_same_data_is_refused_in_one_line(frame_flow: Running) -> None:
    refused = embedded("run", data=frame_flow.data, PORT=str(free_port()))
    assert refused.returncode == 1
    assert re.fullmatch(r"Frame Flow cannot start: it already runs on .*\n", refused.stderr)


def test_the_demonstration_ends_with_a_zip(frame_flow: Running, tmp_path: Path) -> None:
    done = embedded("demo", "--interval", "5", data=frame_flow.data, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "Ready: 100 %, 5 of 5 frames" in done.stdout
    with zipfile.ZipFile(tmp_path / "demo-frames.zip") as archive:
        assert "0005_00-00-20.jpg" in archive.namelist()


def test_the_demonstration_says_why_a_text_is_no_video(frame_flow: Running, tmp_path: Path) -> None:
    (tmp_path / "poem.mp4").write_text("Two roads diverged in a yellow wood\n" * 100)
    done = embedded("demo", str(tmp_path / "poem.mp4"), data=frame_flow.data, cwd=tmp_path)
    assert done.returncode == 1
    assert "The demonstration did not succeed: " in done.stdout
    assert not (tmp_path / "demo-frames.zip").exists()


def test_ctrl_c_leaves_no_process(tmp_path: Path) -> None:
    data, port = tmp_path / "data", str(free_port())
    with started(["run"], data=data, expect="WEB_URL", PORT=port, WORKERS="1") as process:
        family = descendants(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        assert all_gone(family)
        assert _words(process).count("Frame Flow is ready: ") == 1
    assert running(data) == {}


def test_a_killed_supervisor_leaves_no_process(tmp_path: Path) -> None:
    data, port = tmp_path / "data", str(free_port())
    with started(["run"], data=data, expect="WEB_URL", PORT=port, WORKERS="1") as process:
        family = descendants(process)
        assert len(family) > len(("postgres", "valkey", "web", "bus", "worker"))
        process.kill()
        wait_until(lambda: all_gone(family))


def test_a_program_that_will_not_end_is_killed_and_the_dying_are_named(tmp_path: Path) -> None:
    data, port = tmp_path / "data", str(free_port())
    with started(["run"], data=data, expect="REDIS_URL", change=STUBBORN, PORT=port) as process:
        log = data / "logs" / "doomed.log"
        wait_until(lambda: log.exists() and log.read_text().count("no luck") > 2)
        family = descendants(process)
        process.terminate()
        assert process.wait(60) == 0
        assert all_gone(family)
        words = _words(process)
    assert "doomed ended with code 3: no luck; starting it again in 0.5 s" in words
    assert "starting it again in 1 s" in words


def test_a_taken_port_is_one_line_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = embedded("run", data=tmp_path / "data", PORT=port)
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Frame Flow cannot start: port {port} is taken")
    assert refused.stderr.count("\n") == 1
    assert not (tmp_path / "data" / "postgres").exists()


@pytest.mark.parametrize(("name", "value"), [("PORT", "http"), ("WORKERS", "0")])
def test_a_malformed_number_is_one_line(tmp_path: Path, name: str, value: str) -> None:
    refused = embedded("run", data=tmp_path / "data", **{name: value})
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Frame Flow cannot start: {name} must be")


def test_a_malformed_setting_is_the_applications_own_line(tmp_path: Path) -> None:
    refused = embedded(
        "run", data=tmp_path / "data", PORT=str(free_port()), MAX_UPLOAD_BYTES="much"
    )
    assert refused.returncode == 1
    assert refused.stderr.startswith("Frame Flow cannot start: MAX_UPLOAD_BYTES must be a whole")


def _words(process: psutil.Popen) -> str:
    return str(process.stdout.read())


def _ask(url: str, query: str) -> int:
    connection = psycopg2.connect(url)
    with connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    connection.close()
    assert row is not None
    return int(row[0])
