"""One stretch of load at one rate: what was asked, what it took, and who worked for it."""

import multiprocessing
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from benchmarks.load.clients import LOOK, UPLOAD, Order, drive
from benchmarks.load.lag import Witness
from benchmarks.load.product import MIB, Product

LOOK_EVERY_S = 2.0
#: How long the last messages of a stretch may take before they count as waiting.
SETTLE_S = 5.0


@dataclass(frozen=True)
class Delays:
    """Quantiles of a wait, in seconds."""

    count: int
    p50_s: float
    p95_s: float
    p99_s: float
    max_s: float

    @classmethod
    def of(cls, waits_s: Sequence[float]) -> "Delays":
        """Return the quantiles; zeros where nothing was waited for."""
        found = sorted(waits_s) or [0.0]
        at = (found[min(len(found) - 1, int(len(found) * share))] for share in (0.5, 0.95, 0.99))
        return cls(len(waits_s), *at, found[-1])


@dataclass(frozen=True)
class Sight:
    """What was seen at one moment; memory in MiB."""

    at_s: float
    web_pss: float
    web_rss: float
    redis: float
    connections: int
    videos: int
    deliveries: int


@dataclass(frozen=True)
class Stage:
    """A stretch of load. `spent_s` is CPU by part, `ended` the videos that came to their end."""

    rate: float
    seconds: float
    uploads: Delays
    looks: Delays
    refused: int
    accepted: int
    ended: int
    published: Delays
    acknowledged: Delays
    late: int
    again: int
    messages: int
    spent_s: Mapping[str, float]
    spent_within_s: float
    sights: Sequence[Sight]

    def cores(self, part: str) -> float:
        """Return how many cores a part kept busy."""
        return self.spent_s[part] / self.spent_within_s

    @property
    def line_grew(self) -> int:
        """Return how many more videos wait at the end than at the beginning."""
        return self.accepted - self.ended


class Eye:
    """Looks at the product every so many seconds."""

    def __init__(self, product: Product) -> None:
        self._product, self._began = product, 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look_on)
        self.sights: list[Sight] = []

    def __enter__(self) -> Self:
        self._began, self._spent_before = time.monotonic(), self._product.spent_s()
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()
        spent = self._product.spent_s()
        self.within_s = time.monotonic() - self._began
        self.spent_s = {part: spent[part] - self._spent_before[part] for part in spent}

    def _look_on(self) -> None:
        while not self._stop.is_set():
            pss, rss = self._product.web_bytes()
            redis = self._product.redis_bytes() / MIB
            at_s = time.monotonic() - self._began
            memory = (pss / MIB, rss / MIB, redis)
            self.sights.append(Sight(at_s, *memory, *self._product.waiting()))
            self._stop.wait(LOOK_EVERY_S)


@contextmanager
def crowd() -> Iterator[ProcessPoolExecutor]:
    """Have a process of their own for the clients, so that nobody waits for our measuring."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pool.submit(time.time).result()  # it is there before the clock runs
        yield pool


def measure(product: Product, pool: ProcessPoolExecutor, order: Order) -> Stage:
    """Let the clients work, and look on."""
    ((before,),) = product.rows(_ENDED)
    with Witness(product) as witness, Eye(product) as eye:
        samples = pool.submit(drive, order).result()
        ((after,),) = product.rows(_ENDED)
        _settle(product)
    lags_s, late, again = witness.acknowledged()
    uploads = [each for each in samples if each.kind == UPLOAD]
    return Stage(
        rate=order.rate,
        seconds=order.seconds,
        uploads=Delays.of([each.took_s for each in uploads]),
        looks=Delays.of([each.took_s for each in samples if each.kind == LOOK]),
        refused=sum(not each.is_good for each in samples),
        accepted=sum(each.is_good for each in uploads),
        ended=after - before,
        published=Delays.of(witness.lags_s),
        acknowledged=Delays.of(lags_s),
        late=late,
        again=again,
        messages=witness.heard,
        spent_s=eye.spent_s,
        spent_within_s=eye.within_s,
        sights=eye.sights,
    )


_ENDED = "SELECT count(*) FROM upload.extraction WHERE state IN ('ready', 'failed')"


def _settle(product: Product) -> None:
    deadline = time.monotonic() + SETTLE_S
    while product.waiting()[2] and time.monotonic() < deadline:
        time.sleep(0.1)
