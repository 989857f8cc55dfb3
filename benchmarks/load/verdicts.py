"""What was too much in a stretch of load, and whether memory grew."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.load.stages import Sight, Stage

#: The targets: longer than that, at the worst hundredth, and the load is too much.
P99_S = 1.0
#: A line of videos that takes so much of what arrived grows without end.
LINE_SHARE, LINE_ALWAYS = 0.1, 5
MINUTE_S = 60.0

API, BUS, WORKERS = "api", "bus", "workers"


def breaches(stage: Stage) -> set[str]:
    """Return who could not bear a stage: API, BUS or WORKERS."""
    found = set()
    if stage.uploads.p99_s > P99_S or stage.looks.p99_s > P99_S or stage.refused:
        found.add(API)
    if stage.published.p99_s > P99_S or stage.late:
        found.add(BUS)
    if stage.line_grew > max(LINE_ALWAYS, LINE_SHARE * stage.accepted):
        found.add(WORKERS)
    return found


def borne(stages: Sequence[Stage]) -> Stage | None:
    """Return the stage with the highest rate before the first that was too much for anybody."""
    last = None
    for stage in stages:
        if breaches(stage):
            break
        last = stage
    return last


def knee(stages: Sequence[Stage], who: str) -> Stage | None:
    """Return the first stage that somebody could not bear."""
    return next((stage for stage in stages if who in breaches(stage)), None)


@dataclass(frozen=True)
class Memory:
    """The web's memory under load, in MiB: is it flat, once each thread has had its first work?"""

    first: float
    last: float
    peak: float
    slope_per_min: float
    later_slope_per_min: float

    @classmethod
    def of(cls, sights: Sequence[Sight]) -> "Memory":
        """Compare the medians of the first and the last minute, or of the halves of less."""
        ends = sights[-1].at_s
        edge_s = min(MINUTE_S, ends / 2)
        first = [each.web_pss for each in sights if each.at_s <= edge_s]
        last = [each.web_pss for each in sights if each.at_s >= ends - edge_s]
        peak = max(each.web_rss for each in sights)
        later = [each for each in sights if each.at_s >= ends / 2]
        medians = statistics.median(first), statistics.median(last)
        return cls(*medians, peak, _slope_per_min(sights), _slope_per_min(later))


def _slope_per_min(sights: Sequence[Sight]) -> float:
    if len(sights) < 2:
        return 0.0
    at_min = [each.at_s / MINUTE_S for each in sights]
    return statistics.linear_regression(at_min, [each.web_pss for each in sights]).slope
