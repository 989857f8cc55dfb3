"""What Postgres and Valkey have in common."""

import os
import signal
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

from frameflow.embedded import children, ports
from frameflow.embedded.account import Account
from frameflow.embedded.exceptions import CannotStart
from frameflow.embedded.folder import DataFolder
from frameflow.embedded.logfiles import last_words, rotate

READY_WITHIN_S = 60.0
STOPPED_WITHIN_S = 30.0
PORT_TRIES = 3


class Server(ABC):
    """A server of the data folder, in the foreground as our child, on 127.0.0.1.

    `fast` gives up safety against power cuts; for tests.
    """

    name: str
    stop_signal: signal.Signals

    def __init__(self, folder: DataFolder, *, fast: bool) -> None:
        self.folder = folder
        self.fast = fast
        self.port = 0

    @property
    def log(self) -> Path:
        return self.folder.logs / f"{self.name}.log"

    @abstractmethod
    def prepare(self) -> None:
        """Make the data where there is none; raise `CannotStart` where it is not for us."""

    @abstractmethod
    def spawn(self) -> children.Process:
        """Start on `port` and do not wait."""

    @abstractmethod
    def answers(self) -> bool:
        """Tell whether a client with our password is served."""

    def start(self) -> children.Process:
        """Start and wait until it answers; the port of last time, or another one."""
        rotate(self.log)
        self.prepare()
        for _ in range(PORT_TRIES):
            self.port = ports.usual_port(self.folder.root / "ports.json", self.name)
            process = self.spawn()
            children.wait_until(
                lambda p=process: p.poll() is not None or self.answers(),  # type: ignore[misc]
                within_s=READY_WITHIN_S,
            )
            if process.poll() is None and self.answers():
                return process
            self.stop(process)
        raise CannotStart(f"{self.name} does not start; its last words: {last_words(self.log)}")

    def stop(self, process: children.Process) -> None:
        """End the server in good order."""
        children.stop(process, self.stop_signal, within_s=STOPPED_WITHIN_S)

    def _spawn(
        self, argv: Sequence[str | Path], account: Account | None, given: bytes | None = None
    ) -> children.Process:
        return children.spawn(
            argv,
            environ=plain_environment(),
            log=self.log,
            death_signal=self.stop_signal,
            account=account,
            given=given,
        )


def plain_environment() -> Mapping[str, str]:
    """Return an environment without the PG* variables and secrets of the person who starts us."""
    wanted = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")
    return {"LC_ALL": "C", **{name: os.environ[name] for name in wanted if name in os.environ}}
