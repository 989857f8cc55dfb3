"""Messages acknowledged a second over Pub/Sub and over Streams, by one and by two bus processes.

    python benchmarks/bus.py [--messages 2000] [--rounds 3]

Starts Postgres and Valkey of its own. For each round and each way: a full outbox of `download`,
whose messages `upload` and `auth` hear; real bus processes with handlers that do nothing. The clock
runs from the moment when all messages become due until both contexts have acknowledged each one:
outbox, relay, transport, inbox, acknowledgement and its note are all in the figure. The ways take
turns, so that a machine that is busy for a while is unfair to none.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

OWNER, HEARERS = "download", ("upload", "auth")
WAYS = [(bus, count) for bus in ("redis_pubsub", "redis_streams") for count in (1, 2)]


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


def measure(bus: str, count: int, messages: int, environment: Mapping[str, str]) -> float:
    """Return messages acknowledged by both hearers, a second."""
    fill_outbox(messages)
    with bus_processes(count, {**environment, "EVENT_BUS": bus}):
        wait_until(lambda: listening(bus) >= count * (1 + len(HEARERS)))
        began = time.monotonic()
        make_due()
        wait_until(lambda: not awaited())
        return messages / (time.monotonic() - began)


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
def bus_processes(count: int, environment: Mapping[str, str]) -> Iterator[None]:
    """Run bus processes until the end of the block."""
    command = [sys.executable, __file__, "--serve"]
    with open(os.devnull, "wb") as nowhere:
        running = [
            subprocess.Popen(command, env=environment, cwd=ROOT, stderr=nowhere)
            for _ in range(count)
        ]
    try:
        yield
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
    """Measure each way in turn, and print best and median."""
    found: dict[tuple[str, int], list[float]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for bus, count in WAYS:
            found[bus, count].append(measure(bus, count, messages, environment))
    print(f"{messages} messages, each acknowledged by {len(HEARERS)} contexts; {rounds} rounds")
    print(f"{'EVENT_BUS':<15} {'processes':>9} {'best/s':>8} {'median/s':>9}")
    for (bus, count), each in found.items():
        print(f"{bus:<15} {count:>9} {max(each):>8.0f} {statistics.median(each):>9.0f}")


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
