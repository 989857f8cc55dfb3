"""Runs the command as a person does, to its end or until something is seen of it."""

import os
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.media import number_in
from tests.waiting import eventually

ROOT = Path(__file__).parents[3]
MODULE = "apps.processing.extraction"
WORDS = (sys.executable, "-m", MODULE)
#: As on a file system that has no files without a name.
ALL_NAMED = (
    *(sys.executable, "-c"),
    f"import os, runpy; del os.O_TMPFILE; runpy.run_module('{MODULE}', None, '__main__', True)",
)
Ended = subprocess.CompletedProcess[bytes]
Running = subprocess.Popen[bytes]


def command(*arguments: object) -> Ended:
    """Run it to its end."""
    words = [*WORDS, *map(str, arguments)]
    return subprocess.run(words, cwd=ROOT, env={}, capture_output=True, check=False)


def in_shell(arguments: Sequence[object], redirections: str) -> Ended:
    """Run it by a shell that redirects its descriptors."""
    line = f"{shlex.join([*WORDS, *map(str, arguments)])} {redirections}"
    return subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, check=False)


@contextmanager
def at_work(*arguments: object, words: Sequence[str] = WORDS) -> Iterator[Running]:
    """Run it until it writes somewhere below the folder of the video, its first argument."""
    folder = Path(str(arguments[0])).parent
    with subprocess.Popen(
        [*words, *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        try:
            eventually(lambda: _writes_below(running.pid, folder), "it writes", 30)
            yield running
        finally:
            running.kill()


def _writes_below(pid: int, folder: Path) -> bool:
    """Tell whether it has a file open there that is no video, or has made a hidden folder."""
    names = [_where(link) for link in Path(f"/proc/{pid}/fd").iterdir()]
    opened = any(name.startswith(f"{folder}/") and ".mp4" not in name for name in names)
    return opened and (not any(folder.glob("*/")) or any(folder.glob("*/.*.part/*")))


def _where(link: Path) -> str:
    try:
        return os.readlink(link)
    except FileNotFoundError:
        return ""


def numbers_in(archive: Path | IO[bytes]) -> list[int]:
    """Return the numbers that the pictures of a ZIP show; the ZIP is whole."""
    with zipfile.ZipFile(archive) as entries:
        assert entries.testzip() is None
        pictures = [name for name in entries.namelist() if not name.startswith("manifest")]
        return [number_in(entries.read(name)) for name in pictures]
