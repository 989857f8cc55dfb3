"""A small video in a large file."""

import struct
from pathlib import Path
from typing import Final

MIB: Final = 1024 * 1024
PADDING_MIB: Final = 12


def padded(clip: Path, film: Path, mib: int = PADDING_MIB) -> Path:
    """Write a clip, and so many MiB that say nothing, as an MP4 may end; return its path."""
    free = struct.pack(">I4s", mib * MIB, b"free") + bytes(range(256)) * (mib * MIB // 256)
    film.write_bytes(clip.read_bytes() + free[: mib * MIB])
    return film
