"""Reads the tables of docs/reference/state-machines.md, so that tests walk every cell of them."""

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "state-machines.md"


@dataclass(frozen=True)
class Cell:
    """One cell: in `state`, on `heard`, the text says what follows."""

    heard: str
    state: str
    text: str

    @property
    def id(self) -> str:
        return f"{self.heard} | {self.state}"

    @property
    def is_ignored(self) -> bool:
        return self.text == "·"

    @property
    def is_impossible(self) -> bool:
        return self.text == "✗"

    @property
    def next_state(self) -> str:
        """Return the state that follows: the first word, or the same one."""
        if self.is_ignored or self.is_impossible:
            return self.state
        return self.text.split(";")[0].strip("* ")

    @property
    def says(self) -> list[str]:
        """Return the wire names in the cell."""
        return re.findall(r"`([A-Z_]+)`", self.text)


def cells(section: str, *, table: int = 0) -> list[Cell]:
    """Return every cell of one table of a section, named by the beginning of its title."""
    text = PAGE.read_text()
    body = text.split(f"\n## {section}")[1].split("\n## ")[0]
    rows = _tables(body)[table]
    states = [each.strip("`") for each in rows[0][1:]]
    return [
        Cell(row[0].replace("`", ""), state, text)
        for row in rows[2:]
        for state, text in zip(states, row[1:], strict=True)
    ]


def _tables(body: str) -> list[list[list[str]]]:
    tables: list[list[list[str]]] = [[]]
    for line in body.splitlines():
        if line.startswith("|"):
            tables[-1].append([part.strip() for part in line.strip("|").split("|")])
        elif tables[-1]:
            tables.append([])
    return [table for table in tables if table]
