"""`python -m apps.processing.extraction VIDEO --output frames.zip`."""

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from io import BufferedReader
from pathlib import Path
from typing import Final, TextIO

from apps.processing.extraction.child.confinement import missing_layers
from apps.processing.extraction.command.arguments import options_from, parser
from apps.processing.extraction.command.outputs import Output, output_for
from apps.processing.extraction.exceptions import ExtractionError
from apps.processing.extraction.manifest import Row, build_manifest, manifest_row, plain_fields
from apps.processing.extraction.options import Limits, Options
from apps.processing.extraction.results import Outcome, Picture, VideoFacts
from apps.processing.extraction.supervision.supervisor import extract, probe

EXIT_BAD_ARGUMENTS: Final = 2
EXIT_REFUSED: Final = 3
EXIT_WITH_WARNINGS: Final = 4
EXIT_INTERRUPTED: Final = 130
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
        self._draw()

    def picture(self, picture: Picture) -> None:
        """Hand on one picture."""
        self._output.add(picture)
        self.rows.append(manifest_row(picture))
        self._draw()

    def _draw(self) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{self._so_far()}")
            sys.stderr.flush()

    def _so_far(self) -> str:
        if self._expected is None:
            return f"{len(self.rows)} frames"
        share = min(1.0, len(self.rows) / max(1, self._expected))
        bar = ("#" * round(share * BAR_WIDTH)).ljust(BAR_WIDTH, ".")
        return f"[{bar}] {len(self.rows)} of {self._expected} frames"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    reader = parser()
    arguments = reader.parse_args(argv)
    if not arguments.probe and not arguments.output:
        reader.error("--output is needed")
    try:
        options = options_from(arguments)
        source = Path(arguments.video).open("rb")  # noqa: SIM115 - closed below
    except (ValueError, OSError) as error:
        reader.error(str(error))
    if missing := missing_layers():
        sys.stderr.write(f"This kernel has no {' and no '.join(missing)}: a weaker cage.\n")
    with source:
        return _run(arguments, options, source)


def _run(arguments: argparse.Namespace, options: Options, source: BufferedReader) -> int:
    try:
        return (_probe if arguments.probe else _extract)(arguments, options, source)
    except ExtractionError as error:
        _say_error(error, as_json=arguments.json)
        return EXIT_REFUSED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_BAD_ARGUMENTS


def _probe(arguments: argparse.Namespace, options: Options, source: BufferedReader) -> int:
    estimate = probe(source, options=options, limits=_limits(options))
    facts, cost = plain_fields(estimate.facts), plain_fields(estimate)
    del facts["frames_expected"], cost["facts"]
    _say({**facts, "estimate": cost}, as_json=arguments.json)
    return 0


def _extract(arguments: argparse.Namespace, options: Options, source: BufferedReader) -> int:
    output = output_for(arguments.output)
    collector = Collector(output)
    try:
        outcome = extract(source, options=options, limits=_limits(options), sink=collector)
        name = Path(arguments.video).name
        size_bytes, digest = _fingerprint(source)
        output.finish(build_manifest(name, size_bytes, digest, options, outcome, collector.rows))
    except BaseException:
        output.abandon()
        raise
    finally:
        sys.stderr.write("\n" if sys.stderr.isatty() else "")
    said = sys.stderr if arguments.output == "-" else sys.stdout
    _say(_summary(outcome, arguments.output), as_json=arguments.json, to=said)
    return EXIT_WITH_WARNINGS if outcome.warnings else 0


def _limits(options: Options) -> Limits:
    """Return the limits for one's own video: as many frames as one asks for."""
    return Limits(max_frames=options.max_frames, threads=os.cpu_count() or 1)


def _fingerprint(source: BufferedReader) -> tuple[int, str]:
    source.seek(0)
    digest = hashlib.file_digest(source, "sha256").hexdigest()
    return source.tell(), digest


def _summary(outcome: Outcome, output: str) -> dict[str, object]:
    facts = plain_fields(outcome.facts)
    return {
        "frames": outcome.frames,
        "skipped": outcome.skipped,
        **{name: facts[name] for name in ("duration_s", "width", "height", "codec")},
        "warnings": [plain_fields(warning) for warning in outcome.warnings],
        "elapsed_s": outcome.elapsed_s,
        "packets_decoded": outcome.packets_decoded,
        "bytes_read": outcome.bytes_read,
        "path": outcome.path,
        "output": output,
    }


def _say(said: dict[str, object], *, as_json: bool, to: TextIO | None = None) -> None:
    text = json.dumps(said) if as_json else "\n".join(f"{k}: {v}" for k, v in said.items())
    (to or sys.stdout).write(f"{text}\n")


def _say_error(error: ExtractionError, *, as_json: bool) -> None:
    said = {"code": error.code, "detail": error.detail, "retryable": error.retryable}
    sys.stderr.write(f"{json.dumps(said) if as_json else error}\n")


if __name__ == "__main__":
    sys.exit(main())
