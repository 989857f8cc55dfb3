"""How fast workers find whose turn it is, with a long line before them.

    python benchmarks/claims.py [--jobs 10000] [--claims 300] [--explain]

Starts servers of its own. So many jobs of so many people wait; one worker, then four at once, claim
and end jobs as fast as they can. `claim` is how long one claim takes while nobody else works, the
median of all; what a worker does in a second is claim and ending together. `--explain` prints how
Postgres finds the turns.
"""

import argparse
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

CROWDS = (1, 1000, 10_000)
WORKERS = 4


def fill(jobs: int, owners: int) -> None:
    """Queue jobs of so many owners, one after the other; nothing else is in the table."""
    from apps.processing.models import ProcessingJob

    ProcessingJob.objects.all().delete()
    people = [uuid4() for _ in range(owners)]
    with statement() as cursor:
        for start in range(0, jobs, 1000):
            ProcessingJob.objects.bulk_create(
                job(people[each % owners]) for each in range(start, min(start + 1000, jobs))
            )
        cursor.execute("VACUUM ANALYZE processing_job")


def job(owner_id: UUID) -> Any:
    """Return a job that waits."""
    from apps.processing.models import ProcessingJob
    from apps.processing.transitions import JobState

    ids = {"extraction_id": uuid4(), "video_id": uuid4(), "owner_id": owner_id}
    return ProcessingJob(**ids, extraction_no=1, run=1, state=JobState.QUEUED)


def statement() -> Any:
    """Return a cursor of the context."""
    from django.db import connections

    return connections["processing"].cursor()


def work(claims: int) -> list[float]:
    """Claim and end so many jobs; return how long each claim took, in seconds."""
    from django.db import connections

    from apps.processing import services

    took = []
    for _ in range(claims):
        began = time.perf_counter()
        claim = services.claim_next(worker="benchmark")
        took.append(time.perf_counter() - began)
        assert claim is not None  # noqa: S101  more wait than are claimed
        services.fail_for_good(job=claim.job, fence=claim.fence, code="empty", detail="")
    connections.close_all()
    return took


def measure(jobs: int, owners: int, claims: int) -> None:
    """Print one line: a crowd, one worker, four workers."""
    fill(jobs, owners)
    began = time.perf_counter()
    alone = work(claims)
    one = claims / (time.perf_counter() - began)
    fill(jobs, owners)
    began = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, [claims] * WORKERS))
    four = WORKERS * claims / (time.perf_counter() - began)
    first = 1000 * statistics.median(alone)
    print(f"{jobs:>7} {owners:>7} {first:>10.1f} {one:>13.0f} {four:>14.0f}", flush=True)


def explain() -> None:
    """Print how Postgres finds the turns."""
    from apps.processing.selectors import IN_TURN

    with statement() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF) {IN_TURN}")
        print("\n".join(line for (line,) in cursor.fetchall()))


def main(jobs: int, claims: int, explained: bool) -> None:
    """Measure each crowd, with servers of our own."""
    from benchmarks.own_servers import own_servers

    with own_servers():
        report(jobs, claims, explained)


def report(jobs: int, claims: int, explained: bool) -> None:
    """Measure each crowd in turn."""
    print(f"{'jobs':>7} {'people':>7} {'claim, ms':>10} {'1 worker, /s':>13} {'4 workers, /s':>14}")
    for owners in CROWDS:
        measure(jobs, owners, claims)
        if explained:
            explain()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--claims", type=int, default=300)
    parser.add_argument("--explain", action="store_true")
    given = parser.parse_args()
    main(given.jobs, given.claims, given.explain)
