"""What `make load` says of a load is what the load did."""

import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.load import clients
from benchmarks.load.clients import UPLOAD, Order, drive, moments
from benchmarks.load.product import MACHINE, PARTS
from benchmarks.load.report import table
from benchmarks.load.stages import Delays, Sight, Stage
from benchmarks.load.telling import bottleneck, told_rising, told_sustained
from benchmarks.load.verdicts import API, BUS, WORKERS, Memory, borne, breaches, knee

ROOT = Path(__file__).parents[2]
FINE = Delays(100, 0.01, 0.02, 0.03, 0.04)
SLOW = Delays(100, 0.01, 0.9, 1.1, 2.0)


def sight(at_s: float, web_pss: float = 100.0) -> Sight:
    return Sight(at_s, web_pss, web_pss + 30, 2.0, 20, 0, 0)


STAGE = Stage(
    rate=4.0,
    seconds=25.0,
    uploads=FINE,
    looks=FINE,
    refused=0,
    accepted=100,
    ended=98,
    published=FINE,
    acknowledged=FINE,
    late=0,
    again=0,
    messages=900,
    spent_s={**dict.fromkeys(PARTS, 5.0), MACHINE: 35.0},
    spent_within_s=25.0,
    sights=[sight(0), sight(10), sight(25)],
)
PROCESSES = {"web": 1, "bus": 1, "workers": 2}


@pytest.mark.long
def test_the_script_runs_and_keeps_what_it_saw(tmp_path: Path) -> None:
    target = tmp_path / "load.json"
    small = ["--minutes", "0.05", "--stage-s", "2", "--rates", "3", "--people", "2"]
    command = [sys.executable, "-m", "benchmarks.load", *small, "--no-scaling"]
    done = subprocess.run(
        [*command, "--workers", "1", "--json", str(target)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(target.read_text())
    for stage in (*seen["stages"], seen["sustained"]):
        assert stage["refused"] == 0
        assert stage["accepted"] == stage["uploads"]["count"] > 0
        assert stage["published"]["count"] >= stage["accepted"]
        assert all(stage["spent_s"][part] > 0 for part in PARTS)
    assert seen["sustained"]["looks"]["count"] > 0
    assert "Web memory (PSS)" in done.stdout


class Slow(http.server.BaseHTTPRequestHandler):
    """Takes 50 ms for whatever it is asked."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        threading.Event().wait(0.05)
        answer = b'{"id": "one"}'
        self.send_response(201)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def slow_server() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_wait_for_a_free_connection_counts(
    slow_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "CONNECTIONS", 1)
    monkeypatch.setattr(clients, "LOOKS_S", ())
    given = {"people": [{}], "body": b"x", "content_type": "text/plain"}
    samples = drive(Order(base=slow_server, rate=60.0, seconds=1.0, **given))  # type: ignore[arg-type]
    assert {each.kind for each in samples} == {UPLOAD}
    assert len(samples) == len(list(moments(60.0, 1.0, 1)))
    assert min(each.took_s for each in samples) < 0.5  # the first found it free
    assert max(each.took_s for each in samples) > 1.0  # 60 take three times as long as they have


def test_quantiles_are_waits_that_happened() -> None:
    assert Delays.of([each / 100 for each in range(100)]) == Delays(100, 0.5, 0.95, 0.99, 0.99)
    assert Delays.of([]) == Delays(0, 0, 0, 0, 0)


def test_each_target_is_missed_by_whom_it_concerns() -> None:
    assert breaches(STAGE) == set()
    assert breaches(replace(STAGE, uploads=SLOW)) == {API}
    assert breaches(replace(STAGE, looks=SLOW)) == {API}
    assert breaches(replace(STAGE, refused=1)) == {API}
    assert breaches(replace(STAGE, published=SLOW)) == {BUS}
    assert breaches(replace(STAGE, late=1)) == {BUS}
    assert breaches(replace(STAGE, ended=80)) == {WORKERS}


def test_the_rate_that_was_borne_is_below_the_first_that_was_not() -> None:
    rates = [replace(STAGE, rate=float(rate)) for rate in (1, 2, 3, 4)]
    rates[2] = replace(rates[2], ended=0)
    assert borne(rates) == rates[1]
    assert knee(rates, WORKERS) == rates[2]
    assert knee(rates, API) is None
    assert borne(rates[2:]) is None


def test_a_leak_shows_and_flat_memory_is_flat() -> None:
    grown = Memory.of([sight(each, 100 + each / 60) for each in range(0, 601, 5)])
    assert grown.slope_per_min == pytest.approx(1.0)
    assert grown.last - grown.first == pytest.approx(9, abs=0.2)
    flat = Memory.of([sight(each) for each in range(0, 601, 5)])
    assert (flat.slope_per_min, flat.first, flat.last, flat.peak) == (0, 100, 100, 130)
    filled = Memory.of([sight(each, min(100, 90 + each / 20)) for each in range(0, 601, 5)])
    assert filled.slope_per_min > 0.5
    assert filled.later_slope_per_min == 0


def test_the_bottleneck_is_who_was_full() -> None:
    at_work = {**STAGE.spent_s, "web": 24.0}
    assert bottleneck(replace(STAGE, spent_s=at_work), PROCESSES).startswith("web had no more")
    full = replace(STAGE, spent_s={**STAGE.spent_s, MACHINE: 10_000.0})
    assert "cores were full" in bottleneck(full, PROCESSES)
    assert bottleneck(replace(STAGE, spent_s=dict.fromkeys(STAGE.spent_s, 0.1)), PROCESSES) == (
        "no processor was full, so something waited for the disk or for a lock"
    )


def test_every_line_has_a_figure_of_every_stretch() -> None:
    lines = list(table([STAGE, replace(STAGE, rate=8.0)]))
    assert len({len(line) for line in lines}) == 1
    assert lines[0].split()[-2:] == ["4", "8"]
    told = "\n".join([*told_rising([STAGE], PROCESSES), *told_sustained(STAGE, PROCESSES)])
    assert "a core of it bears at most 20.0 uploads/s" in told  # 5 s for 100 of them
