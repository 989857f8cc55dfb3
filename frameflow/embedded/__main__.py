"""`python -m frameflow.embedded run | exec | demo`: Frame Flow on one machine."""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from frameflow.embedded.command import execute
from frameflow.embedded.demo import demonstrate
from frameflow.embedded.exceptions import CannotStart
from frameflow.embedded.supervisor import supervise


def main(argv: Sequence[str]) -> int:
    """Do what the command line says and return the exit code."""
    arguments = _parser().parse_args(argv)
    if arguments.data:
        os.environ["FRAMEFLOW_DATA"] = arguments.data
    try:
        return int(arguments.do(arguments))
    except CannotStart as reason:
        sys.stderr.write(f"Frame Flow cannot start: {reason}\n")
        return 1
    except KeyboardInterrupt:
        return 130  # the shell's word for Ctrl-C


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m frameflow.embedded", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_run(commands.add_parser("run", help="servers, web, bus and workers until Ctrl-C"))
    _add_exec(commands.add_parser("exec", help="run a command with servers beside it"))
    _add_demo(commands.add_parser("demo", help="send a video and save the ZIP"))
    return parser


def _add_run(parser: argparse.ArgumentParser) -> None:
    _add_data(parser)
    parser.set_defaults(do=lambda given: supervise(os.environ))


def _add_exec(parser: argparse.ArgumentParser) -> None:
    _add_data(parser)
    parser.add_argument("--fast", action="store_true", help="unsafe against power cuts")
    parser.add_argument("--scratch", action="store_true", help="data of its own, removed after")
    parser.add_argument("command", nargs="+", metavar="CMD")
    parser.set_defaults(do=_exec)


def _exec(given: argparse.Namespace) -> int:
    if not given.scratch:
        return execute(given.command, os.environ, fast=given.fast)
    with tempfile.TemporaryDirectory(prefix="frameflow-") as root:
        return execute(given.command, {**os.environ, "FRAMEFLOW_DATA": root}, fast=True)


def _add_demo(parser: argparse.ArgumentParser) -> None:
    _add_data(parser)
    parser.add_argument("video", nargs="?", type=Path, help="yours; else one is made")
    parser.add_argument("--interval", default="5", metavar="S", help="seconds between frames")
    parser.set_defaults(do=lambda given: demonstrate(given.video, given.interval, os.environ))


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", metavar="DIR", help="the data folder (or FRAMEFLOW_DATA)")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
