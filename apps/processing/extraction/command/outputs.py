"""Where the command puts its pictures: a ZIP in a file or a stream, or a folder."""

import os
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from apps.processing.extraction.command.arguments import BadArguments
from apps.processing.extraction.command.folder import folder_output
from apps.processing.extraction.command.places import Place, new_file, stream
from apps.processing.extraction.command.telling import STANDARD_OUTPUT, system_text, was_closed
from apps.processing.extraction.packing import ZipPacker
from apps.processing.extraction.results import Picture

STANDARD_NAMES: Final = frozenset({"-", "/dev/stdout"})
STREAMED: Final = (stat.S_ISFIFO, stat.S_ISCHR)


class Output(Protocol):
    """Takes pictures as they come, and the manifest at the end."""

    def add(self, picture: Picture) -> None:
        """Take one picture."""

    def finish(self, manifest: dict[str, object]) -> None:
        """Take the manifest and make the result visible."""


class ZipOutput:
    """A ZIP."""

    def __init__(self, place: Place) -> None:
        self._packer = ZipPacker(place.write)
        self._finish = place.finish

    def add(self, picture: Picture) -> None:
        """Write one entry."""
        self._packer.add(picture)

    def finish(self, manifest: dict[str, object]) -> None:
        """Write the rest of the ZIP."""
        self._packer.close(manifest)
        self._finish()


def is_standard(name: str) -> bool:
    """Tell whether an output is standard output."""
    return name in STANDARD_NAMES


@contextmanager
def output_to(name: str, video: BinaryIO) -> Iterator[Output]:
    """Open `-`, `DIR/` (or an existing folder), or a file; leaves nothing half done behind.

    Raises BadArguments where it cannot be written, or would destroy something.
    """
    with ExitStack() as stack:
        try:
            output = stack.enter_context(_output(name, os.fstat(video.fileno())))
        except OSError as error:
            raise BadArguments(system_text(error)) from error
        yield output


@contextmanager
def _output(name: str, video: os.stat_result) -> Iterator[Output]:
    if name.endswith("/") or Path(name).is_dir():
        with folder_output(Path(name)) as output:
            yield output
    else:
        with _standard_output() if is_standard(name) else _place(Path(name), video) as place:
            yield ZipOutput(place)


def _standard_output() -> AbstractContextManager[Place]:
    if was_closed(STANDARD_OUTPUT):
        raise BadArguments("standard output is closed")
    return stream(STANDARD_OUTPUT)


def _place(path: Path, video: os.stat_result) -> AbstractContextManager[Place]:
    """Return a stream for what is one, else a new file in place of what a link leads to."""
    there = path.stat() if path.exists() else None
    if there is None:
        return new_file(path.resolve())
    if os.path.samestat(there, video):
        raise BadArguments(f"{path} is the video itself")
    if any(is_streamed(there.st_mode) for is_streamed in STREAMED):
        return stream(path)
    if not stat.S_ISREG(there.st_mode):
        raise BadArguments(f"{path} is no file, folder, pipe or character device")
    return new_file(path.resolve())
