"""`python -m tests.simulation.mutants [name …]`: which mutants live, and what killed the others."""

import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from tests.simulation.mutants.killing import PATCHES, kill
from tests.simulation.spreading import migrate


def main(names: Sequence[str]) -> int:
    """Kill the named mutants, or all; return how many live."""
    patches = [each for each in PATCHES if not names or each.stem in names]
    began = time.monotonic()
    killed = 0
    with ExitStack() as stack:
        migrate(stack)
        pool = stack.enter_context(ThreadPoolExecutor(os.cpu_count() or 1))
        for fate in pool.map(kill, patches):
            killed += bool(fate.rung)
            print(fate, flush=True)  # noqa: T201
    spent_s = time.monotonic() - began
    print(f"mutation score {killed}/{len(patches)} in {spent_s:.0f} s")  # noqa: T201
    return len(patches) - killed


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
