"""Where bytes go: to a stream at once, or into a file that appears when it is whole."""

import errno
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from apps.processing.extraction.command.ending import cleaning

#: What a file system, or a kernel, answers that has no files without a name.
NO_UNNAMED: Final = frozenset({errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL})
OWN_DESCRIPTORS: Final = Path("/proc/self/fd")


@dataclass(frozen=True)
class Place:
    """Takes bytes in order; `finish` makes visible what was written. Both raise OSError."""

    write: Callable[[bytes], object]
    finish: Callable[[], None]


@contextmanager
def stream(target: Path | int) -> Iterator[Place]:
    """Open a pipe, a character device or a descriptor: what is out is out.

    A pipe waits for its reader. Raises OSError.
    """
    with open(target, "wb", closefd=isinstance(target, Path)) as file:
        yield Place(file.write, file.flush)


@contextmanager
def new_file(path: Path) -> Iterator[Place]:
    """Create a file that takes its name, and the place of what was there, when it is whole.

    Until then it has no name, so that nothing is left however the process ends; or, where the
    file system knows no such files, a hidden one beside the real one. Raises OSError.
    """
    hidden = path.with_name(hidden_name())
    with (
        cleaning(partial(hidden.unlink, missing_ok=True)),
        os.fdopen(_created(path.parent, hidden), "wb") as file,
    ):
        yield Place(file.write, partial(_appear, file, hidden, path))


def hidden_name() -> str:
    """Return a name that nobody else has."""
    return f".{secrets.token_hex(8)}.part"


def _created(folder: Path, hidden: Path) -> int:
    """Return the descriptor of a new file without a name, or with a hidden one."""
    if hasattr(os, "O_TMPFILE") and OWN_DESCRIPTORS.exists():
        try:
            return os.open(folder, os.O_WRONLY | os.O_TMPFILE, 0o666)
        except OSError as error:
            if error.errno not in NO_UNNAMED:
                raise
    return os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)


def _appear(file: BinaryIO, hidden: Path, path: Path) -> None:
    """Name a whole file; only one that has a name can replace another."""
    file.flush()
    if os.fstat(file.fileno()).st_nlink == 0:
        _link(file.fileno(), hidden)
    file.close()
    os.replace(hidden, path)


def _link(descriptor: int, path: Path) -> None:
    """Name what has no name. With a folder's descriptor Python follows the link in /proc."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.link(OWN_DESCRIPTORS / str(descriptor), path.name, dst_dir_fd=folder)
    finally:
        os.close(folder)
