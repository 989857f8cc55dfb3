"""Kinds of variables: each reads itself, or stops the start with one clear line."""

import os
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Generic, NoReturn, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

_ENDPOINT = re.compile(
    r"https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?(?:/[^\s?#@]*)?"
)


def stop(sentence: str) -> NoReturn:
    """End the process with one line that says what to correct."""
    raise SystemExit(f"Frame Flow cannot start: {sentence}")


@dataclass(frozen=True)
class Variable(ABC, Generic[T]):
    """One name in the environment; an empty value counts as missing.

    `meaning` is Markdown for one cell of a table, `shown` the default in words where its value
    says too little, `example` what .env.example offers.
    """

    name: str
    meaning: str
    default: T
    shown: str = field(default="", kw_only=True)
    example: str = field(default="", kw_only=True)

    @abstractmethod
    def parse(self, given: str) -> T:
        """Return the value of a text that is not empty."""

    def read(self, environ: Mapping[str, str] | None = None) -> T:
        """Return the value, or the default; the process's own environment unless one is given."""
        source = os.environ if environ is None else environ
        given = source.get(self.name, "").strip()
        return self.parse(given) if given else self.default

    def names(self) -> tuple[str, ...]:
        """Return the names under which it can be given."""
        return (self.name,)

    def default_in_words(self) -> str:
        """Return what stands in the page as the default; Markdown."""
        return self.shown or (f"`{self.default}`" if str(self.default or "") else "none")


@dataclass(frozen=True)
class Text(Variable[str]):
    """Any text."""

    default: str = ""

    def parse(self, given: str) -> str:
        return given


@dataclass(frozen=True)
class Integer(Variable[int]):
    """A whole number within bounds; `_` may stand between digits."""

    default: int = 0
    minimum: int = field(default=0, kw_only=True)
    maximum: int | None = field(default=None, kw_only=True)

    def parse(self, given: str) -> int:
        try:
            number = int(given.replace("_", ""))
        except ValueError:
            stop(f"{self.name} must be a whole number, not {given!r}.")
        if number < self.minimum or (self.maximum is not None and number > self.maximum):
            upper = "" if self.maximum is None else f" and at most {self.maximum}"
            stop(f"{self.name} must be at least {self.minimum}{upper}, not {number}.")
        return number

    def default_in_words(self) -> str:
        return self.shown or f"{self.default:,}".replace(",", " ")


@dataclass(frozen=True)
class Number(Variable[Decimal]):
    """A decimal number within bounds, exactly as written."""

    default: Decimal = Decimal(0)
    minimum: Decimal = field(default=Decimal(0), kw_only=True)
    maximum: Decimal = field(default=Decimal("Infinity"), kw_only=True)

    def parse(self, given: str) -> Decimal:
        try:
            number = Decimal(given)
        except InvalidOperation:
            stop(f"{self.name} must be a number, not {given!r}.")
        if not number.is_finite() or not self.minimum <= number <= self.maximum:
            bounds = f"at least {self.minimum} and at most {self.maximum}"
            stop(f"{self.name} must be {bounds}, not {number}.")
        return number


@dataclass(frozen=True)
class Choice(Variable[str]):
    """One of a few words."""

    default: str = ""
    allowed: tuple[str, ...] = field(default=(), kw_only=True)

    def parse(self, given: str) -> str:
        if given not in self.allowed:
            stop(f"{self.name} must be one of {', '.join(self.allowed)}, not {given!r}.")
        return given


@dataclass(frozen=True)
class Url(Variable[str]):
    """An address that begins with one of a few schemes; any text where none is named."""

    default: str = ""
    schemes: tuple[str, ...] = field(default=("http", "https"), kw_only=True)

    def parse(self, given: str) -> str:
        if self.schemes and not given.startswith(tuple(f"{scheme}://" for scheme in self.schemes)):
            beginnings = " or ".join(f"{each}://" for each in self.schemes)
            stop(f"{self.name} must begin with {beginnings}.")
        return given


@dataclass(frozen=True)
class Endpoint(Url):
    """The address of a server: a scheme, a host, perhaps a port and a path; no secret."""

    def parse(self, given: str) -> str:
        super().parse(given)
        if not _ENDPOINT.fullmatch(given) or not _has_port_or_none(given):
            stop(f"{self.name} must look like https://host:port.")
        return given


def _has_port_or_none(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:  # beyond 65535, or a host in broken brackets
        return False


@dataclass(frozen=True)
class Words(Variable[Sequence[str]]):
    """A comma-separated list."""

    default: Sequence[str] = ()

    def parse(self, given: str) -> list[str]:
        words = [word.strip() for word in given.split(",") if word.strip()]
        if not words:
            stop(f"{self.name} must name something between its commas.")
        return words

    def read(self, environ: Mapping[str, str] | None = None) -> list[str]:
        return list(super().read(environ))

    def default_in_words(self) -> str:
        return self.shown or (f"`{','.join(self.default)}`" if self.default else "none")


@dataclass(frozen=True)
class Secret(Url):
    """A text, or an address with a password, that may also stand in a file; NAME_FILE names it."""

    schemes: tuple[str, ...] = field(default=(), kw_only=True)

    def names(self) -> tuple[str, ...]:
        return (self.name, f"{self.name}_FILE")

    def read(self, environ: Mapping[str, str] | None = None) -> str:
        source = os.environ if environ is None else environ
        given = source.get(self.name, "").strip() or self._in_file(source)
        return self.parse(given) if given else self.default

    def _in_file(self, environ: Mapping[str, str]) -> str:
        path = environ.get(f"{self.name}_FILE", "").strip()
        try:
            return Path(path).read_text().strip() if path else ""
        except OSError as error:
            stop(f"{self.name}_FILE cannot be read: {error.strerror}.")
        except UnicodeDecodeError:
            stop(f"{self.name}_FILE is not a text.")
