"""Where the command puts its pictures: a ZIP file, a stream, or a folder."""

import os
import sys
from pathlib import Path
from typing import Protocol

from apps.processing.extraction.manifest import manifest_csv, manifest_json
from apps.processing.extraction.packing import ZipPacker
from apps.processing.extraction.results import Picture


class Output(Protocol):
    """Takes pictures as they come, and the manifest at the end."""

    def add(self, picture: Picture) -> None:
        """Take one picture."""

    def finish(self, manifest: dict[str, object]) -> None:
        """Take the manifest and make the result visible."""

    def abandon(self) -> None:
        """Leave nothing half done behind."""


class ZipStream:
    """A ZIP on standard output."""

    def __init__(self) -> None:
        self._packer = ZipPacker(sys.stdout.buffer.write)

    def add(self, picture: Picture) -> None:
        """Write one entry."""
        self._packer.add(picture)

    def finish(self, manifest: dict[str, object]) -> None:
        """Write the rest of the ZIP."""
        self._packer.close(manifest)
        sys.stdout.buffer.flush()

    def abandon(self) -> None:
        """Do nothing: what is out is out, and without an end it is no ZIP."""


class ZipFileOutput:
    """A ZIP file that appears under its name only when it is whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._partial = path.with_name(f"{path.name}.part")
        self._file = self._partial.open("wb")
        self._packer = ZipPacker(self._file.write)

    def add(self, picture: Picture) -> None:
        """Write one entry."""
        self._packer.add(picture)

    def finish(self, manifest: dict[str, object]) -> None:
        """Close the ZIP and give it its name."""
        self._packer.close(manifest)
        self._file.close()
        os.replace(self._partial, self._path)

    def abandon(self) -> None:
        """Remove the partial file."""
        self._file.close()
        self._partial.unlink(missing_ok=True)


class FolderOutput:
    """Single files in a folder, which get their names when all of them are there."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._written: dict[Path, Path] = {}

    def add(self, picture: Picture) -> None:
        """Write one file."""
        self._write(picture.file, picture.data)

    def finish(self, manifest: dict[str, object]) -> None:
        """Write both manifests and name everything."""
        self._write("manifest.json", manifest_json(manifest))
        self._write("manifest.csv", manifest_csv(manifest))
        for partial, path in self._written.items():
            os.replace(partial, path)

    def abandon(self) -> None:
        """Remove what has no name yet; what was there before stays."""
        for partial in self._written:
            partial.unlink(missing_ok=True)

    def _write(self, name: str, data: bytes) -> None:
        partial = self._folder / f"{name}.part"
        self._written[partial] = self._folder / name
        partial.write_bytes(data)


def output_for(name: str) -> Output:
    """Return the output for `-`, `DIR/` (or an existing folder) or a file name.

    Raises OSError where it cannot be written.
    """
    if name == "-":
        return ZipStream()
    if name.endswith("/") or Path(name).is_dir():
        return FolderOutput(Path(name))
    return ZipFileOutput(Path(name))
