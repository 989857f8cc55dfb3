"""`bench.json`: what was seen, section by section, each row with when and on what."""

import json
import os
import platform
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import imageio_ffmpeg

from benchmarks.extraction.clips import CLIPS
from benchmarks.extraction.measuring import ROOT
from benchmarks.extraction.running import Row

PACKAGES: Final = ("av", "opencv-python-headless", "decord", "imageio")


#: What tells one row of a section from another.
IDENTITY: Final = ("clip", "interval", "tool", "asked", "what")


class Results:
    """The results in a file; what is measured again takes the place of what was seen before."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.kept: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
        self._commit = _commit()

    def add(self, section: str, row: Row, rounds: int) -> None:
        """Keep a row, with the circumstances."""
        seen = {
            "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
            "commit": self._commit,
            "load": round(os.getloadavg()[0], 1),
            "rounds": rounds,
        }
        rows = self.kept.setdefault("sections", {}).setdefault(section, [])
        place = next((at for at, other in enumerate(rows) if _same(other, row)), len(rows))
        rows[place : place + 1] = [row | {"seen": seen}]
        self._save()

    def _save(self) -> None:
        self.kept["machine"] = _machine()
        self.kept["clips"] = {
            each.name: {
                "about": each.about,
                "bytes": each.path.stat().st_size,
                "command": each.said_command(),
            }
            for each in CLIPS
            if each.path.exists()
        }
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(self.kept, indent=1) + "\n")


def _same(one: Row, other: Row) -> bool:
    return all(one.get(name) == other.get(name) for name in IDENTITY)


def _machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "ffmpeg": imageio_ffmpeg.get_ffmpeg_version(),
        "packages": dict(_versions()),
    }


def _versions() -> Iterator[tuple[str, str]]:
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            yield name, version(name)


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return said.stdout.strip()
