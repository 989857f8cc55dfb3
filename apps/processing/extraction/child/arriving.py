"""The child's side of a video that is not all here: it asks for bytes, and waits for them."""

import socket
from collections import deque
from contextlib import suppress
from threading import Condition, Thread
from typing import Final

from apps.processing.extraction.channel import protocol
from apps.processing.extraction.channel.protocol import Kind
from apps.processing.extraction.channel.spans import BLOCK_BYTES, MOST_SPAN_BYTES, Span, block_count
from apps.processing.extraction.opening.source import DescriptorSource, Source

ABSENT, ASKED, HERE = 0, 1, 2
#: Asked for beforehand at once; what somebody waits for goes beside.
MOST_ON_THE_WAY: Final = 8
#: What is fetched where nobody said that it would be needed; more where the reading goes on.
LEAST_BLOCKS: Final = 256 * 1024 // BLOCK_BYTES
MOST_BLOCKS: Final = MOST_SPAN_BYTES // BLOCK_BYTES
#: So many bytes more cost less than one more request: 30 ms of 50 MB/s, shared by eight.
GAP_BYTES: Final = 192 * 1024
RECEIVE_BYTES: Final = 64 * 1024


class ArrivingSource(DescriptorSource):
    """A source over a file that the supervisor fills. Several threads may read at once."""

    def __init__(self, descriptor: int, asks: socket.socket, size: int | None = None) -> None:
        super().__init__(descriptor, size)
        self._asks = asks
        self._blocks = bytearray(block_count(self.size))
        self._changed = Condition()
        self._expected: deque[Span] = deque()
        self._ends: set[int] = set()
        self._edge, self._window = -1, LEAST_BLOCKS
        self._is_over = False
        Thread(target=self._listen, name="arriving", daemon=True).start()

    def read_at(self, offset: int, length: int) -> bytes:
        """Return from one up to `length` bytes as soon as they are here; none past the end."""
        if not 0 <= offset < self.size:
            return b""
        wanted = Span(offset, min(length, self.size - offset)).blocks
        with self._changed:
            while self._blocks[wanted.start] != HERE:
                self._need(wanted.start)
                self._changed.wait()
            here = next((each for each in wanted if self._blocks[each] != HERE), wanted.stop)
        return super().read_at(offset, min(length, here * BLOCK_BYTES - offset))

    def expect(self, offset: int, length: int) -> None:
        """Say that these bytes will be read, so that they are fetched beforehand."""
        with self._changed:
            begin, end = max(offset, 0), min(offset + length, self.size)
            if begin >= end:
                return
            if self._expected and 0 <= begin - self._expected[-1].end <= GAP_BYTES:
                begin = self._expected.pop().offset
            self._expected.append(Span(begin, end - begin))
            self._ask_for_expected(kept=1)  # the last may still grow

    def hollow(self) -> Source:
        """Return the bytes as far as they are here now; all others are zeros."""
        return DescriptorSource(self._descriptor, self.size)

    def _need(self, block: int) -> None:
        """Ask for a block that somebody waits for, and for more the longer the reading goes on."""
        if self._is_over:
            raise OSError("no more bytes will come")
        is_in_last = bool(self._expected) and block in self._expected[-1].blocks
        self._ask_for_expected(kept=0 if is_in_last else 1)  # while nobody waits for it, it grows
        if self._blocks[block] != ABSENT:
            return
        goes_on = block == self._edge
        self._window = min(self._window * 2, MOST_BLOCKS) if goes_on else LEAST_BLOCKS
        self._edge = min(block + self._window, len(self._blocks))
        self._ask(range(block, self._edge))

    def _ask_for_expected(self, kept: int = 0) -> None:
        while len(self._expected) > kept and len(self._ends) < MOST_ON_THE_WAY:
            span = self._expected.popleft()
            first = self._blocks.find(ABSENT, span.blocks.start, span.blocks.stop)
            if first < 0:
                continue
            stop = min(first + MOST_BLOCKS, span.blocks.stop)
            if stop * BLOCK_BYTES < span.end:
                self._expected.appendleft(Span(stop * BLOCK_BYTES, span.end - stop * BLOCK_BYTES))
            self._ask(range(first, stop))

    def _ask(self, blocks: range) -> None:
        """Ask for what is absent of at most one span's blocks, run by run."""
        at = blocks.start
        while (first := self._blocks.find(ABSENT, at, blocks.stop)) >= 0:
            known = (each for each in range(first, blocks.stop) if self._blocks[each] != ABSENT)
            at = next(known, blocks.stop)
            self._blocks[first:at] = bytes([ASKED]) * (at - first)
            end = min(at * BLOCK_BYTES, self.size)
            self._ends.add(end)
            span = Span(first * BLOCK_BYTES, end - first * BLOCK_BYTES)
            protocol.send(self._asks, Kind.NEED, span)

    def _listen(self) -> None:
        assembler = protocol.Assembler(max_body_bytes=0)
        with suppress(OSError):
            while piece := self._asks.recv(RECEIVE_BYTES):
                for message in assembler.feed(piece):
                    self._take(message.read(Span))
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def _take(self, span: Span) -> None:
        blocks = span.blocks
        with self._changed:
            self._blocks[blocks.start : blocks.stop] = bytes([HERE]) * len(blocks)
            self._ends.discard(span.end)
            self._ask_for_expected(kept=1)
            self._changed.notify_all()
