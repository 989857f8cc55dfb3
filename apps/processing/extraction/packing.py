"""A ZIP that is written while pictures arrive, to where there is no way back."""

import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Final, cast

from apps.processing.extraction.manifest import manifest_csv, manifest_json
from apps.processing.extraction.results import Picture

#: The earliest date a ZIP knows: the same video gives the same bytes on every day.
FIXED_DATE: Final = (1980, 1, 1, 0, 0, 0)
UNIX: Final = 3
READABLE_FILE: Final = 0o100644 << 16


@dataclass(frozen=True)
class ZipFacts:
    """A finished ZIP: size, hash, and how many frames are in it."""

    bytes: int
    sha256: str
    frames: int


class ZipPacker:
    """Writes pictures stored, in the order they come; holds one entry at a time.

    `write` takes the bytes of the ZIP in order, once.
    """

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._window = _Window(write)
        self._zip = zipfile.ZipFile(cast(IO[bytes], self._window), "w", zipfile.ZIP_STORED)
        self._frames = 0

    def add(self, picture: Picture) -> None:
        """Write one picture under its own name."""
        self._entry(picture.file, picture.data)
        self._frames += 1

    def close(self, manifest: dict[str, object]) -> ZipFacts:
        """Write manifest.json and manifest.csv and the table of contents."""
        self._entry("manifest.json", manifest_json(manifest))
        self._entry("manifest.csv", manifest_csv(manifest))
        self._zip.close()
        self._window.release()
        return ZipFacts(self._window.tell(), self._window.digest.hexdigest(), self._frames)

    def _entry(self, name: str, data: bytes) -> None:
        entry = zipfile.ZipInfo(name, FIXED_DATE)
        entry.create_system = UNIX
        entry.external_attr = READABLE_FILE
        self._zip.writestr(entry, data)
        self._window.release()


class _Window:
    """Lets zipfile go back inside the current entry, so that it writes sizes before the data."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._held = bytearray()
        self._held_from = 0
        self._position = 0
        self.digest = hashlib.sha256()

    def release(self) -> None:
        """Pass on what is held: nothing will go back behind it."""
        data = bytes(self._held)
        self.digest.update(data)
        self._write(data)
        self._held_from += len(data)
        self._held.clear()

    def write(self, data: bytes) -> int:
        """Take bytes at the current position."""
        at = self._position - self._held_from
        self._held[at : at + len(data)] = data
        self._position += len(data)
        return len(data)

    def seek(self, offset: int) -> int:
        """Go to an absolute position inside the current entry."""
        if offset < self._held_from:
            raise io.UnsupportedOperation("only back into the current entry")
        self._position = offset
        return offset

    def tell(self) -> int:
        """Return the position in the ZIP."""
        return self._position

    def flush(self) -> None:
        """Do nothing: an entry is passed on when it is whole."""
