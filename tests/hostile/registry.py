"""The hostile inputs by name: how each is written, what must come of it, what it does to others."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

#: The outcome of an extraction that gave what there is, with warnings or without.
READY: Final = "ready"


@dataclass(frozen=True)
class Place:
    """Where an input lies, and what it may try to reach: servers of this machine among it."""

    folder: Path
    socket: Path
    tcp_port: int
    udp_port: int

    @property
    def neighbour(self) -> Path:
        """Another person's video, beside the input."""
        return self.folder / "neighbour.ts"

    @property
    def url(self) -> str:
        """A page of a server of this machine."""
        return f"http://127.0.0.1:{self.tcp_port}/a.ts"


Write = Callable[[Place], bytes]


@dataclass(frozen=True)
class Hostile:
    """One input.

    `codes`: what may come of it, `ready` or a code. `harm`: what a careless program suffers
    from it for certain. `file` is its name, `options` what is asked of the engine.
    """

    name: str
    write: Write
    codes: frozenset[str]
    harm: str | None = None
    file: str = "input.mp4"
    options: dict[str, Any] = field(default_factory=dict)


INPUTS: dict[str, Hostile] = {}


def add(name: str, write: Write, *codes: str, **more: Any) -> None:
    """Register one input."""
    assert name not in INPUTS, name
    INPUTS[name] = Hostile(name, write, frozenset(codes), **more)


def hostile(*codes: str, **more: Any) -> Callable[[Write], Write]:
    """Register a function as an input of its name."""

    def register(write: Write) -> Write:
        add(write.__name__, write, *codes, **more)
        return write

    return register
