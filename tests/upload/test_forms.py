"""The options on a page: the contract's bounds, a person's way of writing time."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from apps.upload.forms import MomentField, OptionsForm, initial_of
from frameflow.contracts import Mode, Options

GIVEN = {"interval": "10", "format": "jpg", "quality": "90", "max_side": "", "start": "", "end": ""}


def form(**changed: Any) -> OptionsForm:
    return OptionsForm({**GIVEN, **changed})


def test_an_untouched_form_gives_the_usual_options() -> None:
    given = form()
    assert given.is_valid(), given.errors
    assert given.options() == Options()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", None),
        ("90", 90),
        ("1:30", 90),
        ("00:01:30", 90),
        ("1:02:03.5", Decimal("3723.5")),
        ("1,5", Decimal("1.5")),
        (" 2:00 ", 120),
    ],
)
def test_a_moment_is_written_like_a_clock_or_in_seconds(text: str, seconds: Any) -> None:
    assert MomentField(required=False).clean(text) == seconds


@pytest.mark.parametrize("text", ["soon", "-1", "1:2:3:4", "1:", "nan", "1e9", "0.0001", "²"])
def test_what_is_no_moment_is_refused_beside_its_field(text: str) -> None:
    given = form(start=text)
    assert not given.is_valid()
    assert list(given.errors) == ["start"]


@pytest.mark.parametrize("interval", ["0.1", "3600"])
def test_the_bounds_of_the_interval_are_those_of_the_contract(interval: str) -> None:
    assert form(interval=interval).is_valid()


@pytest.mark.parametrize("interval", ["0.09", "3600.001", "", "x", "NaN", "Infinity"])
def test_an_interval_outside_the_contract_is_refused(interval: str) -> None:
    assert list(form(interval=interval).errors) == ["interval"]


@pytest.mark.parametrize(("language", "bound"), [("en", "0.1"), ("pt-br", "0,1")])
def test_a_bound_is_written_as_the_language_writes_numbers(language: str, bound: str) -> None:
    with translation.override(language):
        (said,) = form(interval="0.05").errors["interval"]
    assert said.endswith(f" {bound}.")


def test_the_end_comes_after_the_beginning() -> None:
    assert list(form(start="1:00", end="60").errors) == ["end"]
    assert form(start="1:00", end="61").is_valid()


def test_every_form_that_is_valid_makes_options_of_the_contract() -> None:
    given = form(start="1:00", end="2:00", format="webp", quality="60", max_side="640")
    assert given.is_valid()
    options = given.options()
    assert (options.start, options.end, options.max_side) == (60, 120, 640)


def test_extract_again_begins_with_the_options_of_the_last_time() -> None:
    last = Options(interval=Decimal("2.5"), quality=88, max_side=640, start=Decimal(90))
    shown = OptionsForm(initial=initial_of(last.model_dump(mode="json")))
    values = {field.name: field.value() for field in shown}
    assert values == {
        "mode": "interval",
        "interval": "2.5",
        "format": "jpg",
        "quality": 90,
        "max_side": 640,
        "start": "00:01:30",
        "end": None,
        "distinct": False,
    }


def test_scenes_and_distinct_frames_are_wished_on_the_page() -> None:
    given = form(mode="scenes", distinct="on")
    assert given.is_valid(), given.errors
    assert given.options() == Options(mode=Mode.SCENES, distinct=True)
    shown = OptionsForm(initial=initial_of(given.options().model_dump(mode="json"))).as_p()
    assert '<option value="scenes" selected>' in shown
    assert re.search(r'name="distinct"[^>]* checked', shown)


def test_a_mode_that_the_page_does_not_offer_is_refused() -> None:
    assert list(form(mode="keyframes").errors) == ["mode"]
