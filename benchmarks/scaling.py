"""Videos a second with 1, 2 and 4 workers, on a bucket that is near and on one that is far.

    python benchmarks/scaling.py [--videos 12] [--rounds 3] [--json test-results/scaling.json]

Starts Postgres, Valkey and a stand-in for S3 of its own; one web, one bus on Redis Streams, and the
workers, each with a folder of its own. The videos are uploaded while the bus stands still; the
clock runs from the moment when it goes on until the last video is ready. Near is the stand-in
itself; far is the same through a proxy that holds back what a worker sends by 30 ms. The ways take
turns, so that a machine that is busy for a while is unfair to none.
"""

import argparse
import asyncio
import json
import os
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.cpu import machine_spent_s, tree_spent_s  # noqa: E402
from tests import media  # noqa: E402
from tests.e2e.client import Person  # noqa: E402
from tests.e2e.ground import Ground, standing  # noqa: E402
from tests.e2e.hosts import Hosts, running_hosts, wait_for_workers  # noqa: E402
from tests.e2e.stack import Stack  # noqa: E402
from tests.waiting import eventually  # noqa: E402

WORKERS = (1, 2, 4)
LATENCIES_MS = (0, 30)
CLIP_S, INTERVAL_S = 6, 2
HEADS = ("latency_ms", "workers", "videos/s", "wall_s", "worker_cpu_s", "cores_busy")
COLUMNS = "{:>10} {:>8} {:>9} {:>7} {:>13} {:>11}"


@dataclass(frozen=True)
class Run:
    """One measurement. `cores_busy` counts everything that the machine did meanwhile."""

    latency_ms: int
    workers: int
    videos: int
    wall_s: float
    worker_cpu_s: float
    cores_busy: float

    @property
    def videos_per_s(self) -> float:
        return self.videos / self.wall_s


class Bench:
    """The product without a worker, a clip, and where each latency is to be had."""

    def __init__(self, folder: Path, hosts: Hosts, clip: Path, endpoints: dict[int, str]) -> None:
        self._folder, self._hosts, self._clip = folder, hosts, clip
        self._endpoints = endpoints
        self._web, self._bus = hosts.webs[0], hosts.buses[0].processes["bus"]
        self._person = Person(self._web)
        self._count = 0
        hosts.workers[0].stop()  # without it the product was not ready

    def measure(self, latency_ms: int, workers: int, videos: int) -> Run:
        """Let so many workers do so many videos."""
        with self._workers(workers, self._endpoints[latency_ms]) as processes:
            self._bus.send_signal(signal.SIGSTOP)
            for _ in range(videos):
                self._person.accepted(self._clip, interval=str(INTERVAL_S))
            cpu_s, busy_s = sum(map(tree_spent_s, processes)), machine_spent_s()
            began = time.monotonic()
            self._bus.send_signal(signal.SIGCONT)
            eventually(self._all_are_ready, "all videos are ready", patience_s=120)
            wall_s, busy_s = time.monotonic() - began, machine_spent_s() - busy_s
            eventually(lambda: idle(processes) or None, "the last work ends")
            cpu_s = sum(map(tree_spent_s, processes)) - cpu_s
        return Run(latency_ms, workers, videos, wall_s, cpu_s, busy_s / wall_s)

    def close(self) -> None:
        self._person.http.close()

    @contextmanager
    def _workers(self, count: int, endpoint: str) -> Iterator[list[psutil.Process]]:
        with ExitStack() as stack:
            hosts = [self._worker(endpoint) for _ in range(count)]
            for host in hosts:
                stack.callback(host.stop)
                host.start("worker")
            wait_for_workers(self._web, count)
            yield [psutil.Process(host.processes["worker"].pid) for host in hosts]
        wait_for_workers(self._web, 0)

    def _worker(self, endpoint: str) -> Stack:
        self._count += 1
        folder, footing = self._folder / f"measured-{self._count}", self._hosts.webs[0].footing
        settings = {"DJANGO_SETTINGS_MODULE": "frameflow.settings.dev", "LOG_LEVEL": "ERROR"}
        return Stack(folder, footing, S3_ENDPOINT_URL=endpoint, **settings)

    def _all_are_ready(self) -> bool | None:
        query = "SELECT count(*) FROM extraction WHERE state <> 'ready'"
        return self._web.row("upload", query) == (0,) or None


def idle(processes: Sequence[psutil.Process]) -> bool:
    """Return whether each worker has no descendant but its fork server."""
    return all(len(process.children(recursive=True)) <= 1 for process in processes)


@contextmanager
def far(port: int, latency_ms: int) -> Iterator[str]:
    """Run a proxy before a port that holds back what is sent there; yield its address."""
    loop = asyncio.new_event_loop()

    async def carry(
        source: asyncio.StreamReader, target: asyncio.StreamWriter, by_s: float
    ) -> None:
        held: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            data = b"first"
            while data:
                due, data = await held.get()
                await asyncio.sleep(due - loop.time())
                target.write(data)
                await target.drain()
            target.close()

        delivery = loop.create_task(deliver())
        data = b"first"
        while data:
            data = await source.read(65_536)
            held.put_nowait((loop.time() + by_s, data))
        await delivery

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        source, target = await asyncio.open_connection("127.0.0.1", port)
        there = carry(reader, target, latency_ms / 1000)
        await asyncio.gather(there, carry(source, writer, 0), return_exceptions=True)

    server = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def measured(
    root: Path, rounds: int, videos: int, latencies_ms: Sequence[int] = LATENCIES_MS
) -> Iterator[Run]:
    """Yield every run, the ways in turn."""
    clip = media.make_video(root / "clip.mp4", seconds=CLIP_S, size=(640, 360))
    ground = Ground(store="s3", servers="external", bus="redis_streams")
    settings = {"DJANGO_SETTINGS_MODULE": "frameflow.settings.dev", "LOG_LEVEL": "ERROR"}
    with ExitStack() as stack:
        footing = stack.enter_context(standing(ground, root / "servers"))
        near = footing.environment["S3_ENDPOINT_URL"]
        port = int(near.rpartition(":")[2])
        endpoints = {
            0: near,
            **{ms: stack.enter_context(far(port, ms)) for ms in latencies_ms if ms},
        }
        wanted = {"webs": 1, "buses": 1, "workers": 1}
        hosts = stack.enter_context(running_hosts(root, footing, **wanted, **settings))
        bench = Bench(root, hosts, clip, endpoints)
        stack.callback(bench.close)
        for _ in range(rounds):
            for latency_ms in latencies_ms:
                for workers in WORKERS:
                    yield bench.measure(latency_ms, workers, videos)


def row(run: Run) -> str:
    figures = (f"{run.videos_per_s:.2f}", f"{run.wall_s:.1f}", f"{run.worker_cpu_s:.1f}")
    return COLUMNS.format(run.latency_ms, run.workers, *figures, f"{run.cores_busy:.1f}")


def median(runs: Sequence[Run]) -> Run:
    """Return the run whose rate is the median."""
    rate = statistics.median_low(run.videos_per_s for run in runs)
    return next(run for run in runs if run.videos_per_s == rate)


def main(videos: int, rounds: int, target: Path) -> None:
    print(f"{videos} videos of {CLIP_S} s a run, {os.cpu_count()} cores", flush=True)
    print(COLUMNS.format(*HEADS), flush=True)
    runs: list[Run] = []
    with tempfile.TemporaryDirectory(prefix="frameflow-benchmark-") as root:
        for run in measured(Path(root), rounds, videos):
            runs.append(run)
            print(row(run), flush=True)
    ways = [(ms, count) for ms in LATENCIES_MS for count in WORKERS]
    print(f"\nmedian of {rounds}\n{COLUMNS.format(*HEADS)}")
    for way in ways:
        print(row(median([run for run in runs if (run.latency_ms, run.workers) == way])))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps([asdict(run) for run in runs], indent=1) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--videos", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, default=ROOT / "test-results" / "scaling.json")
    given = parser.parse_args()
    main(given.videos, given.rounds, given.json)
