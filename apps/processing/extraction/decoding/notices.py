"""Collects what is to be told about a result that is good all the same."""

from dataclasses import replace
from fractions import Fraction
from typing import Final

from apps.processing.extraction.results import Notice

MAX_NOTICES: Final = 50


class Notices:
    """At most fifty notices; touching ones of one code become one."""

    def __init__(self) -> None:
        self._notices: list[Notice] = []

    def add(
        self, code: str, detail: str, from_s: Fraction | None = None, to_s: Fraction | None = None
    ) -> None:
        """Note something; times are seconds from the start of the presentation."""
        last = self._notices[-1] if self._notices else None
        if last is not None and last.code == code and last.to_s == from_s:
            self._notices[-1] = replace(last, to_s=to_s)
        elif len(self._notices) < MAX_NOTICES:
            self._notices.append(Notice(code, detail[:400], from_s, to_s))

    def all(self) -> tuple[Notice, ...]:
        """Return them in the order they were found."""
        return tuple(self._notices)
