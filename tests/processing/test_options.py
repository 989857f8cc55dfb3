"""The contract's options and the engine's are the same wishes in two languages."""

from dataclasses import fields
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from apps.processing.extraction import Options as EngineOptions
from apps.processing.jobs.wishes import engine_options
from frameflow.contracts import ImageFormat, Mode, Options

NAMES = {
    "interval": "interval_s",
    "timestamps": "timestamps_s",
    "start": "start_s",
    "end": "end_s",
    "format": "image_format",
    "max_side": "max_side_px",
}
WISHES: dict[str, Any] = {
    "mode": Mode.TIMESTAMPS,
    "interval": Decimal("0.1"),
    "count": 7,
    "timestamps": (Decimal("1.001"), Decimal(2)),
    "every_nth": 3,
    "distinct": True,
    "start": Decimal("0.5"),
    "end": Decimal("9.5"),
    "format": ImageFormat.WEBP,
    "quality": 71,
    "max_side": 640,
    "max_frames": 12,
}


def test_both_have_the_same_fields() -> None:
    ours = {NAMES.get(name, name) for name in Options.model_fields}
    assert ours == {field.name for field in fields(EngineOptions)}
    assert set(WISHES) == set(Options.model_fields)


@pytest.mark.parametrize("name", WISHES)
def test_each_wish_reaches_the_engine_exactly(name: str) -> None:
    given = getattr(engine_options(Options(**WISHES)), NAMES.get(name, name))
    wished = WISHES[name]
    if isinstance(wished, Decimal):
        assert given == Fraction(wished)
    elif name == "timestamps":
        assert given == tuple(map(Fraction, wished))
    else:
        assert given == wished


def test_a_tenth_of_a_second_is_exactly_that_after_the_journey_through_json() -> None:
    wished = Options(interval=Decimal("0.1"))
    arrived = Options.model_validate_json(wished.model_dump_json())
    assert engine_options(arrived).interval_s == Fraction(1, 10)
