"""What the command says, and to whom."""

import json
import os
from typing import Final

from apps.processing.extraction.exceptions import ExtractionError

STANDARD_OUTPUT: Final = 1
STANDARD_ERROR: Final = 2

_closed: set[int] = set()


def open_standard_descriptors() -> None:
    """Open on nothing what the caller has closed: else the video would get its number."""
    for descriptor in (0, STANDARD_OUTPUT, STANDARD_ERROR):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
            _closed.add(descriptor)


def was_closed(descriptor: int) -> bool:
    """Tell whether the caller had closed a standard descriptor."""
    return descriptor in _closed


def tell(descriptor: int, text: str) -> None:
    """Write a line, now or never: raises OSError, and leaves nothing to be written later."""
    with open(descriptor, "w", errors="backslashreplace", closefd=False) as stream:
        stream.write(f"{text}\n")


def tell_facts(descriptor: int, facts: dict[str, object], *, as_json: bool) -> None:
    """Write names and values, one a line or as one JSON object. Raises OSError."""
    lines = (f"{name}: {value}" for name, value in facts.items())
    tell(descriptor, json.dumps(facts) if as_json else "\n".join(lines))


def tell_error(error: ExtractionError, *, as_json: bool) -> None:
    """Write on standard error why there is no result. Raises OSError."""
    said = {"code": error.code, "detail": error.detail, "retryable": error.retryable}
    tell(STANDARD_ERROR, json.dumps(said) if as_json else str(error))


def system_text(error: OSError) -> str:
    """Return what the system refused, as `name: reason`."""
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason
