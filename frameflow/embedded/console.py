"""Words for the person at the terminal."""

import sys
from contextlib import suppress


def say(line: str) -> None:
    """Print one line now; a terminal that is gone is no reason to fail."""
    with suppress(OSError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
