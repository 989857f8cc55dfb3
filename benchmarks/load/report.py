"""The table: a figure in each line, a stretch of load in each column."""

from collections.abc import Callable, Iterator, Sequence

from benchmarks.load.product import MACHINE, PARTS
from benchmarks.load.stages import Delays, Stage
from benchmarks.load.verdicts import API, BUS, WORKERS, breaches

Cell = Callable[[Stage], str]
NAME_WIDTH, WIDTH = 30, 8
SHORT = {API: "api", BUS: "bus", WORKERS: "line"}


def table(stages: Sequence[Stage]) -> Iterator[str]:
    """Yield the lines of the table."""
    for name, cell in _lines():
        cells = "".join(f"{cell(stage):>{WIDTH}}" for stage in stages)
        yield f"{name:<{NAME_WIDTH}}{cells}"


def _lines() -> Iterator[tuple[str, Cell]]:
    yield "uploads/s, wanted", lambda stage: f"{stage.rate:.3g}"
    yield "for, s", lambda stage: f"{stage.seconds:.0f}"
    yield "uploads/s, accepted", lambda stage: f"{stage.accepted / stage.seconds:.2f}"
    yield "videos/s, ended", lambda stage: f"{stage.ended / stage.seconds:.2f}"
    yield "refused or not answered", lambda stage: str(stage.refused)
    yield from _delays("upload", lambda stage: stage.uploads)
    yield from _delays("look", lambda stage: stage.looks)
    yield from _delays("said to on the bus", lambda stage: stage.published)
    yield from _delays("said to last ack", lambda stage: stage.acknowledged)
    yield "unacknowledged after 1 s", lambda stage: str(stage.late)
    yield "messages/s on the bus", lambda stage: f"{stage.messages / stage.seconds:.0f}"
    yield "sent again", lambda stage: str(stage.again)
    yield "videos in line, at the end", lambda stage: str(stage.sights[-1].videos)
    for part in (*PARTS, MACHINE):
        yield f"cores: {part}", lambda stage, part=part: f"{stage.cores(part):.2f}"  # type: ignore[misc]
    yield "web PSS, MiB, at most", lambda stage: f"{max(s.web_pss for s in stage.sights):.0f}"
    yield "Valkey, MiB, at most", lambda stage: f"{max(s.redis for s in stage.sights):.1f}"
    yield "connections, at most", lambda stage: str(max(s.connections for s in stage.sights))
    yield "too much for", lambda stage: " ".join(sorted(SHORT[x] for x in breaches(stage))) or "-"


def _delays(name: str, delays: Callable[[Stage], Delays]) -> Iterator[tuple[str, Cell]]:
    for quantile in ("p50", "p95", "p99", "max"):

        def cell(stage: Stage, quantile: str = quantile) -> str:
            return f"{1000 * getattr(delays(stage), f'{quantile}_s'):.0f}"

        yield f"{name}, ms, {quantile}", cell
