"""Where a file describes itself: read at once, before FFmpeg reads it piece by piece."""

from typing import Final

from apps.processing.extraction.opening.source import Source

MOST_BOXES: Final = 32
BOX_HEAD_BYTES: Final = 16


def expect_head(source: Source, demuxer: str) -> None:
    """Expect the description of a file; all of it, where nothing describes what lies where."""
    if demuxer == "mov":
        offset, length = _moov(source)
        source.expect(offset, length)
    else:
        source.expect(0, source.size)


def _moov(source: Source) -> tuple[int, int]:
    """Return where MP4 describes its samples; all of it, where the description is in parts."""
    at = 0
    for _ in range(MOST_BOXES):
        size, kind = _box(source, at)
        if kind == b"moov":
            return at, size
        if kind == b"moof" or size < 8 or at + size >= source.size:
            break
        at += size
    return 0, source.size


def _box(source: Source, at: int) -> tuple[int, bytes]:
    """Return size and kind of the box at an offset; size 0 where it goes on to the end."""
    head = b""
    while len(head) < BOX_HEAD_BYTES and (
        more := source.read_at(at + len(head), BOX_HEAD_BYTES - len(head))
    ):
        head += more
    size = int.from_bytes(head[:4])
    return (int.from_bytes(head[8:16]) if size == 1 else size), head[4:8]
