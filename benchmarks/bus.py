"""Messages acknowledged a second over Pub/Sub and over Streams, by one and by two bus processes.

    python benchmarks/bus.py [--messages 2000] [--rounds 3]

Starts Postgres and Valkey of its own. For each round and each way: a full outbox of `download`,
whose messages `upload` and `auth` hear; real bus processes with handlers that do nothing. The clock
runs from the moment when all messages become due until both contexts have acknowledged each one:
outbox, relay, transport, inbox, acknowledgement and its note are all in the figure. CPU is that of
the bus processes and of Postgres, for each message. Then the relay's own call alone: publishing a
batch, again and again, to as many subscribers as one bus process has. The ways take turns, so that
a machine that is busy for a while is unfair to none.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.cpu import tree_spent_s  # noqa: E402

OWNER, HEARERS = "download", ("upload", "auth")
BUSES = ("redis_pubsub", "redis_streams")
WAYS = [(bus, count) for bus in BUSES for count in (1, 2)]
PUBLISHED = 20_000


@dataclass(frozen=True)
class Run:
    """One measurement: messages a second, and the CPU of each, in milliseconds."""

    rate: float
    bus_ms: float
    postgres_ms: float


def serve() -> None:
    """Be one bus process whose hearers do nothing with the message."""
    import django

    django.setup()
    from frameflow.bus import registry
    from frameflow.bus.process import run_bus
    from frameflow.contracts import ArchivePublished

    for hearer in HEARERS:
        registry._handlers[hearer, ArchivePublished.type] = lambda message: None
    run_bus([OWNER, *HEARERS])


def measure(bus: str, count: int, messages: int, environment: Mapping[str, str]) -> Run:
    """Measure one way, once."""
    fill_outbox(messages)
    with bus_processes(count, {**environment, "EVENT_BUS": bus}) as pids:
        wait_until(lambda: listening(bus) >= count * (1 + len(HEARERS)))
        processes = [psutil.Process(pid) for pid in pids]
        before = spent_s(processes), spent_s(servers("postgres"))
        began = time.monotonic()
        make_due()
        wait_until(lambda: not awaited())
        took_s = time.monotonic() - began
        after = spent_s(processes), spent_s(servers("postgres"))
    each_ms = [1000 * (late - early) / messages for early, late in zip(before, after, strict=True)]
    return Run(messages / took_s, *each_ms)


def spent_s(processes: Iterable[psutil.Process]) -> float:
    """Return the CPU seconds of processes and their descendants."""
    return sum(map(tree_spent_s, processes))


def servers(name: str) -> list[psutil.Process]:
    """Return those of our servers that bear a name."""
    return [each for each in psutil.Process().children() if name in each.name()]


def measure_publishing(bus: str, environment: Mapping[str, str]) -> float:
    """Return messages a second that the relay's own call gives to the transport."""
    from django.conf import settings

    from frameflow.bus.backends.redis_pubsub import RedisPubSubBackend
    from frameflow.bus.backends.redis_streams import RedisStreamsBackend
    from frameflow.bus.relay import BATCH

    kinds: dict[str, Any] = dict(zip(BUSES, (RedisPubSubBackend, RedisStreamsBackend), strict=True))
    transport = kinds[bus](**settings.EVENT_BUS["default"]["OPTIONS"])
    raws = [a_message().encode()] * BATCH
    with bus_processes(1, {**environment, "EVENT_BUS": bus}):
        wait_until(lambda: listening(bus) >= 1 + len(HEARERS))
        began = time.monotonic()
        for _ in range(0, PUBLISHED, BATCH):
            transport.publish(raws)
        return PUBLISHED / (time.monotonic() - began)


def a_message() -> Any:
    """Return a message on its way that nobody of the measured contexts has a handler for."""
    from django.utils import timezone

    from frameflow.contracts import CancelRequested, Envelope

    ids = {name: uuid4() for name in ("extraction_id", "video_id", "owner_id")}
    wish = CancelRequested(extraction_no=1, run=1, asked_by="person", **ids)
    return Envelope.around(wish, producer="upload", at=timezone.now())


def fill_outbox(messages: int) -> None:
    """Keep messages that are not due yet; forget those of the round before."""
    from django.db.models import DurationField, Value
    from django.db.models.functions import Now

    from frameflow.bus import unit_of_work
    from frameflow.bus.models import OutboxMessage
    from frameflow.contracts import ArchivePublished

    kept = OutboxMessage.objects.using(OWNER)
    kept.all().delete()
    with unit_of_work(OWNER) as uow:
        for _ in range(messages):
            ids = {name: uuid4() for name in ("extraction_id", "video_id", "owner_id")}
            more: dict[str, Any] = {"zip_bytes": 3, "zip_sha256": "0" * 64}
            uow.publish(ArchivePublished(extraction_no=1, run=1, **ids, **more))
        hour = Value(timedelta(hours=1), output_field=DurationField())
        kept.update(next_attempt_at=Now() + hour)


def make_due() -> None:
    """Let all messages go at once, and wake the relays."""
    from django.db import connections
    from django.db.models.functions import Now

    from frameflow.bus.ledger.postgres import channel
    from frameflow.bus.models import OutboxMessage

    OutboxMessage.objects.using(OWNER).update(next_attempt_at=Now())
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [channel(OWNER)])


def awaited() -> bool:
    """Tell whether an acknowledgement is still to come."""
    from frameflow.bus.models import OutboxDelivery

    return OutboxDelivery.objects.using(OWNER).filter(acked_at=None).exists()


def listening(bus: str) -> int:
    """Return how many subscriptions stand."""
    import redis
    from django.conf import settings

    with redis.Redis.from_url(settings.REDIS_URL) as server:
        if bus == "redis_pubsub":
            return int(server.pubsub_numsub("saga_events")[0][1])
        clients: Any = server.client_list()
        return sum(each["cmd"] == "xreadgroup" and "b" in each["flags"] for each in clients)


@contextmanager
def bus_processes(count: int, environment: Mapping[str, str]) -> Iterator[list[int]]:
    """Run bus processes until the end of the block; yield their ids."""
    command = [sys.executable, __file__, "--serve"]
    with open(os.devnull, "wb") as nowhere:
        running = [
            subprocess.Popen(command, env=environment, cwd=ROOT, stderr=nowhere)
            for _ in range(count)
        ]
    try:
        yield [process.pid for process in running]
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            process.wait(30)


def wait_until(condition: Callable[[], bool], within_s: float = 120) -> None:
    """Wait, or end with words."""
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit("the bus processes do not come to an end")
        time.sleep(0.02)


def main(messages: int, rounds: int) -> None:
    """Measure each way, with servers of our own."""
    from benchmarks.own_servers import own_servers

    with own_servers() as environment:
        report(messages, rounds, environment)


def report(messages: int, rounds: int, environment: Mapping[str, str]) -> None:
    """Measure each way in turn, and print best and medians."""
    found: dict[tuple[str, int], list[Run]] = {way: [] for way in WAYS}
    published: dict[str, list[float]] = {bus: [] for bus in BUSES}
    load = os.getloadavg()[0]
    for _ in range(rounds):
        for bus in BUSES:
            published[bus].append(measure_publishing(bus, environment))
        for bus, count in WAYS:
            found[bus, count].append(measure(bus, count, messages, environment))
            print(f"{bus} {count}: {found[bus, count][-1].rate:.0f}/s", flush=True)
    print(f"{messages} messages, each acknowledged by {len(HEARERS)} contexts; {rounds} rounds;")
    print(f"{os.cpu_count()} cores, load {load:.1f} before, {os.getloadavg()[0]:.1f} after")
    heads = ("best/s", "median/s", "bus ms", "Postgres ms")
    print(f"{'EVENT_BUS':<15} {'processes':>9}" + "".join(f"{head:>12}" for head in heads))
    for (bus, count), runs in found.items():
        rates = [run.rate for run in runs]
        cpu = (statistics.median(each) for each in zip(*map(cpu_ms, runs), strict=True))
        figures = (f"{max(rates):.0f}", f"{statistics.median(rates):.0f}")
        cells = (*figures, *(f"{each:.2f}" for each in cpu))
        print(f"{bus:<15} {count:>9}" + "".join(f"{cell:>12}" for cell in cells))
    for bus, rates in published.items():
        told = f"{max(rates):.0f}/s best, {statistics.median(rates):.0f}/s median"
        print(f"publishing alone on {bus}: {told}")


def cpu_ms(run: Run) -> tuple[float, float]:
    return run.bus_ms, run.postgres_ms


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve()
    else:
        main(given.messages, given.rounds)
