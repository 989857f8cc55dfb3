"""How far an extraction has come."""

import os
from typing import Final

from apps.processing.extraction.command.outputs import Output
from apps.processing.extraction.command.telling import STANDARD_ERROR
from apps.processing.extraction.manifest import Row, manifest_row
from apps.processing.extraction.results import Picture, VideoFacts

BAR_WIDTH: Final = 30


class Collector:
    """Hands pictures on to the output, keeps the rows, and draws the bar on a terminal."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._expected: int | None = None
        self.rows: list[Row] = []

    def checked(self, facts: VideoFacts) -> None:
        """Remember how many pictures to expect."""
        self._expected = facts.frames_expected
        _draw(f"\r{self._so_far()}")

    def picture(self, picture: Picture) -> None:
        """Hand on one picture."""
        self._output.add(picture)
        self.rows.append(manifest_row(picture))
        _draw(f"\r{self._so_far()}")

    def _so_far(self) -> str:
        if self._expected is None:
            return f"{len(self.rows)} frames"
        share = min(1.0, len(self.rows) / max(1, self._expected))
        bar = ("#" * round(share * BAR_WIDTH)).ljust(BAR_WIDTH, ".")
        return f"[{bar}] {len(self.rows)} of {self._expected} frames"


def end_line() -> None:
    """Leave the line of the bar."""
    _draw("\n")


def _draw(text: str) -> None:
    if os.isatty(STANDARD_ERROR):
        os.write(STANDARD_ERROR, text.encode())
