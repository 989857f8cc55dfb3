"""Log files of the children: begun anew at each start, never without bound."""

import shutil
from pathlib import Path

MAX_BYTES = 10 * 1024 * 1024


def rotate(log: Path) -> None:
    """Set the log of last time aside as `NAME.log.1`."""
    if log.exists():
        log.replace(_previous(log))


def bound(log: Path) -> None:
    """Set a log aside that has grown too long. Its writer keeps it open, so empty it in place."""
    if log.exists() and log.stat().st_size > MAX_BYTES:
        shutil.copyfile(log, _previous(log))
        with log.open("r+b") as file:
            file.truncate(0)


def last_words(log: Path) -> str:
    """Return the last line of a log that says something."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return next((line.strip() for line in reversed(lines) if line.strip()), "(nothing)")


def _previous(log: Path) -> Path:
    return log.with_name(f"{log.name}.1")
