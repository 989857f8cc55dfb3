"""The course of a measurement: rising rates, a rest, a long stretch, all on one product."""

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.load.clients import Order
from benchmarks.load.product import Product, people, running
from benchmarks.load.stages import Stage, crowd, measure
from benchmarks.load.verdicts import API, borne, breaches
from tests.media import make_video
from tests.waiting import eventually

SUSTAINED_SHARE = 0.7
CLIP_S, INTERVAL_S = 2, 1
WARM_UP_S = 5.0
DRAINED_WITHIN_S = 900.0


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is asked for on the command line; `rate` 0 is one that the machine bears."""

    minutes: float
    rates: Sequence[float]
    stage_s: float
    rate: float
    bus: str
    buses: int
    workers: int
    people: int

    @property
    def processes(self) -> dict[str, int]:
        return {"web": 1, "bus": self.buses, "workers": self.workers}


class Load:
    """A product, its people and their clients."""

    def __init__(self, product: Product, pool: ProcessPoolExecutor, wish: Wish, clip: Path) -> None:
        self._product, self._pool, self._wish = product, pool, wish
        self._people = people(product, wish.people)
        files = {"file": ("clip.mp4", clip.read_bytes(), "video/mp4")}
        data = {"interval": str(INTERVAL_S)}
        self._form = httpx.Request("POST", product.base, files=files, data=data)
        self._form.read()

    def at(self, rate: float, seconds: float) -> Stage:
        """Upload at a rate."""
        order = Order(
            base=self._product.base,
            people=self._people,
            body=self._form.content,
            content_type=self._form.headers["Content-Type"],
            rate=rate,
            seconds=seconds,
        )
        return measure(self._product, self._pool, order)

    def rising(self) -> list[Stage]:
        """Raise the rate until the API gives in; then let the line of videos come to its end."""
        stages: list[Stage] = []
        for rate in self._wish.rates:
            stages.append(self.at(rate, self._wish.stage_s))
            found = " ".join(sorted(breaches(stages[-1]))) or "nobody"
            print(f"{rate:.3g} uploads/s: too much for {found}", flush=True)
            if API in breaches(stages[-1]):
                break
        eventually(lambda: not any(self._product.waiting()[1:]) or None, "rest", DRAINED_WITHIN_S)
        return stages

    def sustained(self, stages: Sequence[Stage]) -> Stage:
        """Keep a rate for a long time: the given one, or a share of the highest that was borne."""
        best = borne(stages)
        rate = self._wish.rate or (SUSTAINED_SHARE * best.rate if best else 1.0)
        return self.at(rate, self._wish.minutes * 60)


@contextmanager
def loaded(wish: Wish) -> Iterator[Load]:
    """Have a product; what is loaded with its first videos is loaded."""
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="frameflow-load-")))
        clip = make_video(root / "clip.mp4", seconds=CLIP_S)
        wanted = {"buses": wish.buses, "workers": wish.workers}
        product = stack.enter_context(running(root / "product", bus=wish.bus, **wanted))
        load = Load(product, stack.enter_context(crowd()), wish, clip)
        load.at(2.0, min(WARM_UP_S, wish.stage_s))
        yield load
