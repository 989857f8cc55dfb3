"""`make chaos`: real processes and servers, faults by the hundred, and a proof at the end."""

import argparse
import shutil
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).parents[2]
say = partial(print, flush=True)
OUTPUT = ROOT / "test-results" / "chaos"


def main(argv: list[str]) -> int:
    """Do a run and print its table; return 1 on any breach."""
    given = _parser().parse_args(argv)
    settings.configure()  # the store of the tests asks for them
    from tests.chaos.report import report
    from tests.chaos.run import LONG_FORM, SHORT_FORM, one_run

    form = SHORT_FORM if given.short else LONG_FORM
    asked = {"seed": given.seed, "uploads": given.uploads, "faults": given.faults}
    say(f"seed {given.seed}, {given.bus}")
    OUTPUT.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"frameflow-chaos-{given.seed}-"))
    result = one_run(folder, form, log=OUTPUT / f"{given.seed}.jsonl", bus=given.bus, **asked)
    table = report(result, **asked)
    (OUTPUT / f"{given.seed}.txt").write_text(table + "\n")
    say(table)
    if result.breaches:
        say(f"The logs are in {folder}; the faults in {OUTPUT / f'{given.seed}.jsonl'}.")
        return 1
    shutil.rmtree(folder)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--uploads", type=int, default=1000)
    parser.add_argument("--faults", type=int, default=500)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--bus", choices=("redis_pubsub", "redis_streams"), default="redis_pubsub")
    parser.add_argument("--short", action="store_true", help="short leases and pauses")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
