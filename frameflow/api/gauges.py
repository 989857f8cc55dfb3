"""Numbers that a context reads from its own tables when a monitoring system asks."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Now

#: No count goes beyond, so that a long line costs no more than this.
MOST = 100_000


@dataclass(frozen=True, kw_only=True)
class Gauge:
    """One number; `labels` never name a person or a row."""

    name: str
    meaning: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


Measure = Callable[[], Iterable[Gauge]]

MEASURES: dict[str, dict[str, Measure]] = {}


def measured(part: str, what: str, function: Measure) -> None:
    """Let `/metrics` call a function; where it raises, its part is told to be away. Safe to do
    twice, as Django may call `AppConfig.ready`."""
    MEASURES.setdefault(part, {})[what] = function


def count(rows: "QuerySet[Any]") -> int:
    """Return how many rows there are, at most `MOST`."""
    return rows.order_by()[:MOST].count()


def age_s(rows: "QuerySet[Any]", column: str) -> float:
    """Return how many seconds ago the earliest moment in a column was, by the database's clock; 0
    where there are no rows."""
    ages = rows.order_by(column).annotate(age=Now() - F(column)).values_list("age", flat=True)
    age: timedelta = ages.first() or timedelta()
    return age.total_seconds()
