"""What the commands of operators cost with very many videos.

    python benchmarks/operations.py [--videos 10000] [--waiting 100000]

Starts servers of its own, and inserts the rows of so many finished videos with three frames each,
and their objects as files. Each command runs in a process of its own: seconds from its start to its
end, and the most memory that it held; the first line is a command that does nothing.

Then so many rows of each kind wait beside them (messages and failing handlers in each context,
uploads, jobs, sagas past their deadline), and `/metrics` is asked.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

SCRAPES = 11
COMMANDS = (
    ("check_invariants", "--help"),
    ("check_invariants", "--busy"),
    ("check_invariants", "--zips", "0"),
    ("check_invariants", "--zips", "100"),
    ("check_invariants",),
    ("reap_orphans", "--dry-run"),
)


#: What the kernel says of a process includes the one that it was forked from; this does not.
RUN = """
import sys
from pathlib import Path
from django.core.management import execute_from_command_line
try:
    execute_from_command_line(sys.argv)
finally:
    (line,) = (each for each in Path("/proc/self/status").open() if each.startswith("VmHWM"))
    print(line.split()[1], file=sys.stderr)
"""


def cost(command: tuple[str, ...], environment: Mapping[str, str]) -> tuple[float, float]:
    """Run a command; return its seconds and its MiB."""
    began = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-c", RUN, *command],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if ended.returncode:
        raise SystemExit(ended.stdout + ended.stderr)
    return time.perf_counter() - began, int(ended.stderr.split()[-1]) / 1024


def main(videos: int, waiting: int) -> None:
    """Fill, and measure each command, and `/metrics` without and with a long line."""
    from benchmarks.own_servers import own_servers

    with own_servers() as environment:
        from django.conf import settings

        from benchmarks import long_lines
        from benchmarks.many_videos import fill, put_objects

        fill(videos)
        put_objects(Path(settings.OBJECT_STORE["OPTIONS"]["root"]))
        analyze()
        print(f"{videos} videos\n{'command':<36} {'s':>7} {'MiB':>6}", flush=True)
        for command in COMMANDS:
            seconds, mib = cost(command, environment)
            print(f"{' '.join(command):<36} {seconds:>7.1f} {mib:>6.0f}", flush=True)
        print(f"/metrics, nothing waits: {scrape()}", flush=True)
        long_lines.fill(waiting)
        analyze()
        print(f"/metrics, {waiting} of each wait: {scrape()}", flush=True)


def scrape() -> str:
    """Ask for the metrics again and again; return the median time and what did not answer."""
    from frameflow.api.metrics import UP, gauges

    took = []
    for _ in range(SCRAPES):
        began = time.perf_counter()
        found = gauges()
        took.append(time.perf_counter() - began)
    down = [each.labels["part"] for each in found if each.name == UP and not each.value]
    return f"{1000 * statistics.median(took):.0f} ms; down: {', '.join(down)}"


def analyze() -> None:
    """Let Postgres know how many rows there are, as it does by itself after a while."""
    from django.conf import settings
    from django.db import connections

    for context in settings.ACTIVE_CONTEXTS:
        with connections[context.alias].cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--videos", type=int, default=10_000)
    parser.add_argument("--waiting", type=int, default=100_000)
    given = parser.parse_args()
    main(given.videos, given.waiting)
