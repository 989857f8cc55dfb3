"""Signs of life. Bus and worker, which serve no port, touch one file for each loop as it turns.

`python -m frameflow.heartbeat check bus --older-than 60` exits 0 when every loop of the bus has
turned within the last 60 seconds, `ask /healthz` when the web process beside it answers with
success; else 1 and the reason in one line. They load no Django: they are asked often.
"""

import argparse
import http
import http.client
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

from frameflow.variables import process, web

ANSWER_WITHIN_S = 5.0


def beat(kind: str, loop: str) -> None:
    """Say that a loop of a process turns; nothing where HEARTBEAT_DIR is not set.

    What cannot be written is not said: the check finds that out, and the work goes on.
    """
    if folder := _folder(kind):
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / loop).touch()


class Watched(threading.Event):
    """A stop signal whose being looked at is a sign of life of the loop that looks.

    A loop that hangs, or has died, looks no more.
    """

    def __init__(self, stop: threading.Event, kind: str, loop: str) -> None:
        super().__init__()
        self._stop, self._kind, self._loop = stop, kind, loop

    def is_set(self) -> bool:
        beat(self._kind, self._loop)
        return self._stop.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the stop, at the longest `timeout` seconds."""
        beat(self._kind, self._loop)
        return self._stop.wait(timeout)


def problems(kind: str, older_than_s: float) -> Iterator[str]:
    """Yield a line for each loop that has not turned lately, or one where there is no sign."""
    folder = _folder(kind)
    files = sorted(folder.iterdir()) if folder and folder.is_dir() else []
    if not files:
        yield f"{kind} has given no sign of life"
    for file in files:
        age_s = time.time() - file.stat().st_mtime
        if age_s > older_than_s:
            yield f"{kind}: {file.name} last turned {age_s:.0f} s ago"


def refusal(path: str) -> Iterator[str]:
    """Yield why the web process on this machine does not answer a path with success."""
    host = web.ALLOWED_HOSTS.read()[0].lstrip("*.") or "localhost"
    here = http.client.HTTPConnection("127.0.0.1", process.PORT.read(), timeout=ANSWER_WITHIN_S)
    with closing(here) as asked:
        try:
            asked.request("GET", path, headers={"Host": host})
            status = asked.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            yield f"web: {path}: {error}"
        else:
            if status != http.HTTPStatus.OK:
                yield f"web: {path} answers {status}"


def main(argv: Sequence[str]) -> int:
    """Do what the command line says and return the exit code."""
    given = _parser().parse_args(argv)
    found = list(given.ask(given))
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m frameflow.heartbeat")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    check = commands.add_parser("check", help="look at the files of a process")
    check.add_argument("kind", choices=["bus", "worker"])
    check.add_argument("--older-than", type=float, required=True, metavar="SECONDS")
    check.set_defaults(ask=lambda given: problems(given.kind, given.older_than))
    ask = commands.add_parser("ask", help="ask the web process")
    ask.add_argument("path", choices=["/healthz", "/readyz"])
    ask.set_defaults(ask=lambda given: refusal(given.path))
    return parser


def _folder(kind: str) -> Path | None:
    root = process.HEARTBEAT_DIR.read()
    return Path(root) / kind if root else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
