"""A video that lies elsewhere: a store that counts what is asked of it, and the engine on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from apps.processing.extraction import Limits, Options, RemoteVideo, extract
from apps.processing.extraction.child.arriving import ArrivingSource
from apps.processing.extraction.child.engine import Engine
from apps.processing.extraction.supervision.mirror import Mirror
from tests.processing.extraction.running import Basket, Result
from tests.processing.extraction.ways import Hashes, hashed_pixels

CHUNK_BYTES = 256 * 1024


@dataclass
class Elsewhere:
    """The bytes of a file, given out in ranges."""

    path: Path
    requests: list[tuple[int, int]] = field(default_factory=list)
    most_at_once: int = 0
    _now: int = 0
    _lock: Lock = field(default_factory=Lock)

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    @property
    def bytes_given(self) -> int:
        return sum(length for _, length in self.requests)

    @property
    def video(self) -> RemoteVideo:
        return RemoteVideo(self.size, self.read_range)

    def read_range(self, offset: int, length: int) -> Iterator[bytes]:
        with self._lock:
            self.requests.append((offset, length))
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            yield from self.chunks(offset, length)
        finally:
            with self._lock:
                self._now -= 1

    def chunks(self, offset: int, length: int) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            file.seek(offset)
            for at in range(0, length, CHUNK_BYTES):
                yield file.read(min(CHUNK_BYTES, length - at))


def run_elsewhere(
    store: Elsewhere, limits: Limits | None = None, basket: Basket | None = None, **options: Any
) -> Result:
    """Extract in a confined child, as `running.run` does from a file."""
    basket = basket or Basket()
    outcome = extract(store.video, options=Options(**options), limits=limits, sink=basket)
    return Result(outcome, basket.pictures)


@contextmanager
def arriving(store: Elsewhere) -> Iterator[ArrivingSource]:
    """The child's side of it in this process."""
    mirror = Mirror(store.video)
    asks = mirror.asks.dup()
    try:
        mirror.start()
        yield ArrivingSource(mirror.descriptor, asks)
        mirror.check()
    finally:
        mirror.close()
        asks.close()


def by_ranges(store: Elsewhere, *, threads: int = 2, **options: Any) -> Hashes:
    """Run the engine in this process, as `ways.by_either_way` does from a file."""
    hashes = Hashes()
    with arriving(store) as source, hashed_pixels():
        hashes.work = Engine(source, Options(**options), Limits(threads=threads)).run(hashes)
    return hashes
