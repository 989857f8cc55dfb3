"""One run of the command."""

import argparse
import hashlib
import os
import stat
import sys
from collections.abc import Sequence
from io import BufferedReader
from pathlib import Path
from typing import Final

from apps.processing.extraction.child.confinement import missing_layers
from apps.processing.extraction.command import progress
from apps.processing.extraction.command.arguments import BadArguments, options_from, parser
from apps.processing.extraction.command.ending import cleaning
from apps.processing.extraction.command.outputs import is_standard, output_to
from apps.processing.extraction.command.telling import (
    STANDARD_ERROR,
    STANDARD_OUTPUT,
    system_text,
    tell,
    tell_error,
    tell_facts,
)
from apps.processing.extraction.exceptions import ExtractionError
from apps.processing.extraction.manifest import build_manifest, plain_fields
from apps.processing.extraction.options import Limits, Options
from apps.processing.extraction.results import Outcome
from apps.processing.extraction.supervision.supervisor import extract, probe

EXIT_BAD_ARGUMENTS: Final = 2
EXIT_REFUSED: Final = 3
EXIT_WITH_WARNINGS: Final = 4


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    words = sys.argv[1:] if argv is None else argv
    as_json = "--json" in words
    try:
        return _run(parser().parse_args(words))
    except BadArguments as error:
        tell_error(error, as_json=as_json)
        return EXIT_BAD_ARGUMENTS
    except ExtractionError as error:
        tell_error(error, as_json=as_json)
        return EXIT_REFUSED
    except OSError as error:
        tell_error(ExtractionError("os_error", system_text(error)), as_json=as_json)
        return EXIT_BAD_ARGUMENTS


def _run(arguments: argparse.Namespace) -> int:
    options = options_from(arguments)
    with _opened(arguments.video) as source:
        if missing := missing_layers():
            tell(STANDARD_ERROR, f"This kernel has no {' and no '.join(missing)}: a weaker cage.")
        return (_probe if arguments.probe else _extract)(arguments, options, source)


def _opened(name: str) -> BufferedReader:
    try:
        if not stat.S_ISREG(os.stat(name).st_mode):
            raise BadArguments(f"{name} is no regular file: save it to one first")
        return open(name, "rb")
    except OSError as error:
        raise BadArguments(system_text(error)) from error


def _probe(arguments: argparse.Namespace, options: Options, source: BufferedReader) -> int:
    estimate = probe(source, options=options, limits=_limits(options))
    facts, cost = plain_fields(estimate.facts), plain_fields(estimate)
    del facts["frames_expected"], cost["facts"]
    tell_facts(STANDARD_OUTPUT, {**facts, "estimate": cost}, as_json=arguments.json)
    return 0


def _extract(arguments: argparse.Namespace, options: Options, source: BufferedReader) -> int:
    with output_to(arguments.output, source) as output, cleaning(progress.end_line):
        collector = progress.Collector(output)
        outcome = extract(source, options=options, limits=_limits(options), sink=collector)
        name = os.fsencode(Path(arguments.video).name).decode(errors="replace")
        size_bytes, digest = _fingerprint(source)
        output.finish(build_manifest(name, size_bytes, digest, options, outcome, collector.rows))
    said_on = STANDARD_ERROR if is_standard(arguments.output) else STANDARD_OUTPUT
    tell_facts(said_on, _summary(outcome, arguments.output), as_json=arguments.json)
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
