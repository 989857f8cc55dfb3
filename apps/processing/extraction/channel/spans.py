"""Stretches of a video's bytes, as they are asked for and come: whole blocks of one size."""

from dataclasses import dataclass
from typing import Final

from apps.processing.extraction.channel.wire import Garbled

#: What a sparse file keeps apart; the last block of a video may be shorter.
BLOCK_BYTES: Final = 16 * 1024
#: What one request fetches at most.
MOST_SPAN_BYTES: Final = 8 * 1024**2
MIB: Final = 1024**2
#: A video with a key frame for each wanted frame needs some thousand; beyond, one each MiB.
MOST_SPANS: Final = 10_000


@dataclass(frozen=True)
class Span:
    """`length` bytes from `offset` on."""

    offset: int
    length: int

    @property
    def end(self) -> int:
        """Return where it ends, in bytes."""
        return self.offset + self.length

    @property
    def blocks(self) -> range:
        """Return the numbers of the blocks that it covers."""
        return range(self.offset // BLOCK_BYTES, block_count(self.end))


def block_count(size: int) -> int:
    """Return how many blocks so many bytes fill, the last maybe in part."""
    return -(-size // BLOCK_BYTES)


class AskedSpans:
    """What was asked of a video of so many bytes; raises Garbled for what no honest child asks.

    Nothing is asked for twice, so that no more than the video is ever fetched.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._asked = bytearray(block_count(size))
        self._left = MOST_SPANS + size // MIB

    def add(self, span: Span) -> None:
        """Note one more span; raises Garbled."""
        self._left -= 1
        is_whole = span.offset % BLOCK_BYTES == 0 and (
            span.end % BLOCK_BYTES == 0 or span.end == self._size
        )
        fits = 0 <= span.offset < span.end <= self._size and span.length <= MOST_SPAN_BYTES
        if not is_whole or not fits or self._left < 0:
            raise Garbled("bytes that nobody needs")
        first, stop = span.blocks.start, span.blocks.stop
        if any(self._asked[first:stop]):
            raise Garbled("the same bytes again")
        self._asked[first:stop] = bytes([1]) * (stop - first)
