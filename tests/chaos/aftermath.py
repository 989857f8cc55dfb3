"""When it is over: is it quiet, and is nothing left behind?"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from frameflow.contexts import CONTEXTS
from tests.chaos.system import System
from tests.e2e.stack import Stack

AWAITED = " UNION ALL ".join(
    f"SELECT 'unacknowledged of {each.name}', count(*) FROM {each.schema}.outbox_delivery"
    " WHERE acked_at IS NULL"
    for each in CONTEXTS
)
AT_WORK = (
    "SELECT 'jobs at work', count(*) FROM processing.processing_job"
    " WHERE state IN ('queued', 'running')"
)
#: What came whole is kept, whoever sent it.
WHOLE_AND_EXPIRED = (
    "SELECT 'uploads whole and expired', count(*) FROM upload.video"
    " WHERE state = 'expired' AND offset_bytes = length_bytes"
)
TO_BE_SWEPT = """
SELECT 'jobs to be swept', count(*) FROM processing.processing_job WHERE sweep_at IS NOT NULL
UNION ALL SELECT 'videos to be swept', count(*) FROM upload.video WHERE sweep_at IS NOT NULL
UNION ALL SELECT 'videos under way', count(*) FROM upload.video WHERE state = 'uploading'
"""


@dataclass
class Aftermath:
    """`breaches` must be empty."""

    breaches: list[str] = field(default_factory=list)
    invariants: str = ""
    swept_after_s: float = 0.0


def left_to_do(system: System, queries: str) -> dict[str, int]:
    """Return what is still to be done, by its name."""
    rows = system.truth.ask(queries)
    if rows is None:
        return {"Postgres is away": 1}
    return {str(name): int(str(number)) for name, number in rows if number}


def is_quiet(system: System) -> dict[str, int]:
    """Return what is not quiet yet; empty when all is."""
    return left_to_do(system, f"{AWAITED} UNION ALL {AT_WORK}")


def look_around(
    system: System, patience_s: float, tend: Callable[[], None], kill_bus_every_s: float | None
) -> Aftermath:
    """Wait for the last sweep, then ask the product and the store what is left. `tend` is called
    meanwhile. A bus that is killed sweeps as it begins, and nobody waits for its next minute."""
    after = Aftermath()
    began_s = killed_s = time.monotonic()
    while left := _unswept(system):
        if time.monotonic() - began_s > patience_s:
            after.breaches.append(f"not swept after {patience_s:.0f} s: {left}")
            break
        if kill_bus_every_s and time.monotonic() - killed_s > kill_bus_every_s:
            killed_s = time.monotonic()
            system.kill(system.hosts.buses[0].processes["bus"].pid)
        tend()
    after.swept_after_s = time.monotonic() - began_s
    after.breaches += [f"{n} {what}" for what, n in left_to_do(system, WHOLE_AND_EXPIRED).items()]
    _ask_the_product(system, after)
    after.breaches += [f"a zombie: {each}" for each in system.zombies()]
    return after


def _unswept(system: System) -> dict[str, int]:
    half = system.ground.footing.half_written()
    left = left_to_do(system, TO_BE_SWEPT) | is_quiet(system)
    return left | ({"half written": len(half)} if half else {})


def _ask_the_product(system: System, after: Aftermath) -> None:
    web = system.hosts.webs[0]
    checked = web.manage("check_invariants")
    after.invariants = checked.stdout + checked.stderr
    if checked.returncode:
        after.breaches.append("check_invariants: " + after.invariants)
    settings = {**web.environment, "DJANGO_SETTINGS_MODULE": "tests.chaos.no_grace"}
    web.environment, before = settings, web.environment
    try:
        reaped = web.manage("reap_orphans", "--dry-run")
    finally:
        web.environment = before
    if "Found: 0 objects without a row, 0 bytes; 0 unfinished" not in reaped.stdout:
        after.breaches.append("reap_orphans: " + reaped.stdout[-4000:] + reaped.stderr[-4000:])


def files_left(hosts: list[Stack]) -> list[str]:
    """Return the files that a process left on the disk of its host, beside logs and secrets."""
    return [
        str(path)
        for host in hosts
        for name in ("objects", "tmp")
        for path in (host.folder / name).rglob("*")
        if path.is_file()
    ]
