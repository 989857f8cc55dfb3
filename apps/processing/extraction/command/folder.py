"""Pictures as single files in a folder."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final

from apps.processing.extraction.command.arguments import BadArguments
from apps.processing.extraction.command.ending import cleaning, undivided
from apps.processing.extraction.command.places import hidden_name
from apps.processing.extraction.manifest import manifest_csv, manifest_json
from apps.processing.extraction.results import Picture

#: Named last: with them the folder is whole.
MANIFESTS: Final = {"manifest.csv": manifest_csv, "manifest.json": manifest_json}


@contextmanager
def folder_output(folder: Path) -> Iterator["FolderOutput"]:
    """Open a folder, which is made where it is not there, and goes again where nothing comes.

    Raises OSError, and BadArguments where another run writes, or has written.
    """
    hidden = folder / hidden_name()
    with cleaning(partial(_clean, hidden, is_new=not folder.exists())):
        folder.mkdir(parents=True, exist_ok=True)
        with _taken(folder):
            output = FolderOutput(folder, hidden)
            hidden.mkdir()
            yield output


class FolderOutput:
    """Single files that get their names when all of them are there; no other file is touched.

    Until then they lie in a hidden folder inside.
    """

    def __init__(self, folder: Path, hidden: Path) -> None:
        self._folder, self._hidden = folder, hidden
        self._names: list[str] = []
        for name in MANIFESTS:
            self._check_free(name)

    def add(self, picture: Picture) -> None:
        """Write one file."""
        self._write(picture.file, picture.data)

    def finish(self, manifest: dict[str, object]) -> None:
        """Write both manifests and name everything, unless a name was taken in the meantime."""
        for name, written in MANIFESTS.items():
            self._write(name, written(manifest))
        with undivided():
            for name in self._names:
                self._check_free(name)
            for name in self._names:
                os.replace(self._hidden / name, self._folder / name)

    def _write(self, name: str, data: bytes) -> None:
        self._check_free(name)
        self._names.append(name)
        (self._hidden / name).write_bytes(data)

    def _check_free(self, name: str) -> None:
        path = self._folder / name
        if os.path.lexists(path):
            raise BadArguments(f"{path} is there already: take another folder, or empty it")


def _clean(hidden: Path, *, is_new: bool) -> None:
    shutil.rmtree(hidden, ignore_errors=True)
    if is_new:
        with suppress(OSError):  # there are frames in it
            hidden.parent.rmdir()


@contextmanager
def _taken(folder: Path) -> Iterator[None]:
    """Keep other runs out, as far as the file system has locks."""
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(lock, folder)
        yield
    finally:
        os.close(lock)


def _lock(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BadArguments(f"another run writes into {folder}") from error
    except OSError:
        return  # no locks here
