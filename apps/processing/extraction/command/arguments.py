"""The command line: from words to options."""

import argparse
from fractions import Fraction
from typing import Final, NoReturn

from apps.processing.extraction.exceptions import ExtractionError
from apps.processing.extraction.options import IMAGE_FORMATS, Options
from apps.processing.extraction.timecode import parse_time

DEFAULTS: Final = Options()
EXITS: Final = (
    "Exit: 0 done, 2 bad arguments or an output that cannot be written, 3 refused or not readable, "
    "4 done with warnings; ended by a signal: 130 (Ctrl-C), 143 (SIGTERM), 129 (SIGHUP)."
)


class BadArguments(ExtractionError):
    """The command cannot do what it was asked for, whatever the video holds."""

    def __init__(self, detail: str) -> None:
        super().__init__("bad_arguments", detail)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadArguments(message)


def parser() -> argparse.ArgumentParser:
    """Return the parser of `python -m apps.processing.extraction`; it raises BadArguments."""
    made = _Parser(
        prog="python -m apps.processing.extraction",
        description="Extract exact frames of a video as a ZIP.",
        epilog=EXITS,
    )
    made.add_argument("video", metavar="VIDEO", help="a regular file")
    made.add_argument(
        "--output", help="a ZIP file, a pipe, an empty folder (DIR/), or - for standard output"
    )
    made.add_argument("--probe", action="store_true", help="only say what the video is")
    made.add_argument("--json", action="store_true", help="print one JSON object")
    _add_choice(made.add_mutually_exclusive_group())
    _add_form(made)
    return made


def _add_choice(group: argparse._MutuallyExclusiveGroup) -> None:
    group.add_argument("--every", type=_time, metavar="S", help="one frame each S seconds (10)")
    group.add_argument("--count", type=int, metavar="N", help="N evenly spaced frames")
    group.add_argument("--at", type=_times, metavar="T,T", help="frames at these times")
    group.add_argument("--every-nth", type=int, metavar="N", help="every Nth frame")
    group.add_argument("--keyframes", action="store_true", help="all key frames")
    group.add_argument("--scenes", action="store_true", help="the first frame of each scene")


def _add_form(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--from", dest="start_s", type=_time, metavar="T", help="first second, also of --at"
    )
    made.add_argument(
        "--to", dest="end_s", type=_time, metavar="T", help="where to end, also of --at"
    )
    made.add_argument("--distinct", action="store_true", help="leave out what looks the same")
    made.add_argument("--max-frames", type=int, default=DEFAULTS.max_frames, metavar="N")
    made.add_argument("--format", choices=IMAGE_FORMATS, default=DEFAULTS.image_format)
    made.add_argument("--quality", type=int, default=DEFAULTS.quality, metavar="1-100")
    made.add_argument("--max-side", type=int, metavar="PX", help="longest side of an image")


def options_from(arguments: argparse.Namespace) -> Options:
    """Return the options; raises BadArguments for ones that contradict themselves."""
    if not arguments.probe and not arguments.output:
        raise BadArguments("--output is needed")
    try:
        return _options(arguments)
    except ValueError as error:
        raise BadArguments(str(error)) from error


def _options(arguments: argparse.Namespace) -> Options:
    return Options(
        mode=_mode(arguments),
        interval_s=DEFAULTS.interval_s if arguments.every is None else arguments.every,
        count=arguments.count,
        timestamps_s=arguments.at or (),
        every_nth=arguments.every_nth,
        start_s=arguments.start_s,
        end_s=arguments.end_s,
        distinct=arguments.distinct,
        max_frames=arguments.max_frames,
        image_format=arguments.format,
        quality=arguments.quality,
        max_side_px=arguments.max_side,
    )


def _mode(arguments: argparse.Namespace) -> str:
    given = {
        "keyframes": arguments.keyframes or None,
        "scenes": arguments.scenes or None,
        "count": arguments.count,
        "timestamps": arguments.at,
        "every_nth": arguments.every_nth,
    }
    return next((mode for mode, value in given.items() if value is not None), "interval")


def _time(text: str) -> Fraction:
    try:
        return parse_time(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _times(text: str) -> tuple[Fraction, ...]:
    return tuple(_time(part) for part in text.split(","))
