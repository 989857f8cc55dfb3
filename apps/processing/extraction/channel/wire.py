"""Dataclasses as JSON and back, believing nothing that comes back.

Exact times travel as `"numerator/denominator"`.
"""

import re
from dataclasses import fields, is_dataclass
from fractions import Fraction
from types import UnionType
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

MAX_TEXT: Final = 400
MAX_ITEMS: Final = 2000
MAX_INTEGER: Final = 2**63
_FRACTION = re.compile(r"-?\d{1,30}(?:/[1-9]\d{0,29})?", re.ASCII)

T = TypeVar("T")


class Garbled(ValueError):
    """The other side sent something that is not what was agreed."""


def dump(value: object) -> Any:
    """Return a value as what JSON knows."""
    if is_dataclass(value):
        return {field.name: dump(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [dump(item) for item in value]
    return str(value) if isinstance(value, Fraction) else value


def load(shape: type[T], raw: object) -> T:
    """Return the dataclass `shape` from JSON; raises Garbled for anything else."""
    hints = get_type_hints(shape)
    if not isinstance(raw, dict) or raw.keys() != hints.keys():
        raise Garbled(f"not a {shape.__name__}")
    try:
        return shape(**{name: _value(hint, raw[name]) for name, hint in hints.items()})
    except ValueError as error:
        raise Garbled(str(error)) from error


def _value(hint: Any, raw: object) -> object:
    if get_origin(hint) in (Union, UnionType):
        wanted = next(kind for kind in get_args(hint) if kind is not type(None))
        return None if raw is None else _value(wanted, raw)
    if get_origin(hint) is tuple:
        return _items(get_args(hint)[0], raw)
    if is_dataclass(hint):
        return load(hint, raw)  # type: ignore[arg-type]  # a class, not an instance
    return _fraction(raw) if hint is Fraction else _plain(hint, raw)


def _items(hint: Any, raw: object) -> tuple[object, ...]:
    if not isinstance(raw, list) or len(raw) > MAX_ITEMS:
        raise Garbled("not a short list")
    return tuple(_value(hint, item) for item in raw)


def _fraction(raw: object) -> Fraction:
    if not isinstance(raw, str) or not _FRACTION.fullmatch(raw):
        raise Garbled("not a fraction")
    return Fraction(raw)


def _plain(hint: type, raw: object) -> object:
    value = _float(raw) if hint is float and type(raw) is int else raw
    if type(value) is not hint:
        raise Garbled(f"not a {hint.__name__}")
    if isinstance(value, str):
        _check_text(value)
    if isinstance(value, int | float) and not abs(value) < MAX_INTEGER:
        raise Garbled("too large a number")
    return value


def _float(raw: int) -> float:
    try:
        return float(raw)
    except OverflowError as error:
        raise Garbled("too large a number") from error


def _check_text(text: str) -> None:
    """Raise Garbled for text that no database would store."""
    if len(text) > MAX_TEXT:
        raise Garbled("too much text")
    if "\0" in text or any("\ud800" <= each <= "\udfff" for each in text):
        raise Garbled("text that is none")
