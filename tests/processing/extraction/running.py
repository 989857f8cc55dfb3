"""Runs the engine the way the worker does, and keeps what it gives."""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from apps.processing.extraction import (
    Limits,
    Options,
    Outcome,
    Picture,
    VideoFacts,
    ZipFacts,
    ZipPacker,
    build_manifest,
    extract,
    manifest_row,
)
from tests.media import number_in


@dataclass
class Basket:
    """A sink that keeps everything."""

    facts: VideoFacts | None = None
    pictures: list[Picture] = field(default_factory=list)

    def checked(self, facts: VideoFacts) -> None:
        self.facts = facts

    def picture(self, picture: Picture) -> None:
        assert self.facts is not None, "pictures come after the check"
        self.pictures.append(picture)


@dataclass(frozen=True)
class Result:
    """What one run gave."""

    outcome: Outcome
    pictures: list[Picture]

    @property
    def numbers(self) -> list[int]:
        """The numbers that the pictures show."""
        return [number_in(picture.data) for picture in self.pictures]

    @property
    def codes(self) -> list[str]:
        """The codes of the warnings."""
        return [warning.code for warning in self.outcome.warnings]


def run(path: Path, limits: Limits | None = None, **options: Any) -> Result:
    """Extract in a confined child; options as in `Options`."""
    basket = Basket()
    with path.open("rb") as source:
        outcome = extract(source, options=Options(**options), limits=limits, sink=basket)
    return Result(outcome, basket.pictures)


def pack(path: Path, **options: Any) -> tuple[bytes, ZipFacts]:
    """Extract into a ZIP; returns its bytes and facts."""
    result, written = run(path, **options), bytearray()
    packer = ZipPacker(written.extend)
    for picture in result.pictures:
        packer.add(picture)
    rows = [manifest_row(picture) for picture in result.pictures]
    manifest = build_manifest(
        path.name, path.stat().st_size, "0" * 64, Options(**options), result.outcome, rows
    )
    facts = packer.close(manifest)
    return bytes(written), facts


def every(text: str) -> dict[str, Any]:
    """Return the options for one frame each so many seconds."""
    return {"interval_s": Fraction(text)}
