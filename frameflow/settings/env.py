"""Typed reads of the environment that stop the start with one clear line."""

import os
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NoReturn

KNOWN_FRAMEFLOW_NAMES = frozenset({"FRAMEFLOW_DATA", "FRAMEFLOW_CONTEXTS"})


def stop(sentence: str) -> NoReturn:
    """End the process with one line that says what to correct."""
    raise SystemExit(f"Frame Flow cannot start: {sentence}")


def text(name: str, default: str = "") -> str:
    """Return a variable, or the default where it is missing or empty."""
    return os.environ.get(name, "").strip() or default


def integer(name: str, default: int, *, minimum: int = 0, maximum: int | None = None) -> int:
    """Return a whole number within bounds."""
    value = text(name, str(default))
    try:
        number = int(value.replace("_", ""))
    except ValueError:
        stop(f"{name} must be a whole number, not {value!r}.")
    if number < minimum or (maximum is not None and number > maximum):
        upper = "" if maximum is None else f" and at most {maximum}"
        stop(f"{name} must be at least {minimum}{upper}, not {number}.")
    return number


def optional_integer(name: str, *, minimum: int = 0) -> int | None:
    """Return a whole number, or None where the variable is missing or empty."""
    return integer(name, 0, minimum=minimum) if text(name) else None


def decimal(name: str, default: str, *, minimum: str, maximum: str) -> Decimal:
    """Return a decimal number within bounds, exactly as written."""
    value = text(name, default)
    try:
        number = Decimal(value)
    except InvalidOperation:
        stop(f"{name} must be a number, not {value!r}.")
    if not number.is_finite() or not Decimal(minimum) <= number <= Decimal(maximum):
        stop(f"{name} must be at least {minimum} and at most {maximum}, not {number}.")
    return number


def choice(name: str, default: str, allowed: Iterable[str]) -> str:
    """Return one of the allowed words."""
    value = text(name, default)
    if value not in (words := list(allowed)):
        stop(f"{name} must be one of {', '.join(words)}, not {value!r}.")
    return value


def url(name: str, default: str, *, schemes: tuple[str, ...]) -> str:
    """Return an address that begins with one of the schemes."""
    value = text(name, default)
    if not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
        stop(f"{name} must begin with {' or '.join(f'{each}://' for each in schemes)}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret(name: str) -> str:
    """Return a secret from NAME, or from the file that NAME_FILE names."""
    if value := text(name):
        return value
    if path := text(f"{name}_FILE"):
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            stop(f"{name}_FILE cannot be read: {error.strerror}.")
    return ""


def refuse_unknown_names() -> None:
    """Stop on a FRAMEFLOW_ variable that nobody reads: it is a slip of the pen."""
    mine = {name for name in os.environ if name.startswith("FRAMEFLOW_")}
    if unknown := sorted(mine - KNOWN_FRAMEFLOW_NAMES):
        stop(
            f"unknown variable {unknown[0]}; known are {', '.join(sorted(KNOWN_FRAMEFLOW_NAMES))}."
        )
