"""How much of the frames is made: by number where it is known, by time where it is not."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from apps.processing.jobs.telling import share_done
from frameflow.contracts import Mode, Options
from tests.api.work import FACTS

FILM = replace(FACTS, duration_s=Fraction(100), frames_expected=10)


def test_where_the_number_is_known_each_frame_is_as_much() -> None:
    assert share_done(Options(), FILM, 3, Fraction(99)) == 0.3
    assert share_done(Options(), FILM, 11, Fraction(99)) == 1


@pytest.mark.parametrize(
    "options", [Options(mode=Mode.SCENES), Options(distinct=True)], ids=["scenes", "distinct"]
)
def test_where_only_decoding_tells_the_number_it_goes_by_time(options: Options) -> None:
    facts = replace(FILM, frames_expected=None if options.mode is Mode.SCENES else 10)
    assert share_done(options, facts, 1, Fraction(0)) == 0
    assert share_done(options, facts, 9, Fraction(25)) == 0.25
    assert share_done(options, facts, 9, Fraction(101)) == 1
    part = options.model_copy(update={"start": Decimal(20), "end": Decimal(60)})
    assert share_done(part, facts, 1, Fraction(50)) == 0.75
    beyond = options.model_copy(update={"start": Decimal(200)})
    assert share_done(beyond, facts, 1, Fraction(200)) == 0
