"""Every environment variable that Frame Flow reads, each declared once.

The settings read them from here; docs/reference/configuration.md and .env.example are made from
here. One module is one section of that page.
"""

import os
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from frameflow.variables import limits, objects, process, secrets, servers, web
from frameflow.variables.kinds import Variable, stop

__all__ = [
    "SECTIONS",
    "declared",
    "known_names",
    "limits",
    "objects",
    "process",
    "refuse_unknown_names",
    "secrets",
    "servers",
    "stop",
    "web",
]

SECTIONS = (process, servers, objects, secrets, web, limits)


def declared(section: ModuleType) -> Iterator[Variable[Any]]:
    """Yield the variables of a section, in the order in which they are written."""
    for value in vars(section).values():
        if isinstance(value, Variable):
            yield value
        elif isinstance(value, dict):
            yield from (each for each in value.values() if isinstance(each, Variable))


def known_names() -> set[str]:
    """Return every name that is read, those that name a file with a secret too."""
    return {
        name for section in SECTIONS for variable in declared(section) for name in variable.names()
    }


def refuse_unknown_names() -> None:
    """Stop on a FRAMEFLOW_ variable that nobody reads: it is a slip of the pen."""
    mine = {name for name in os.environ if name.startswith("FRAMEFLOW_")}
    if unknown := sorted(mine - known_names()):
        known = sorted(name for name in known_names() if name.startswith("FRAMEFLOW_"))
        stop(f"unknown variable {unknown[0]}; known are {', '.join(known)}.")
