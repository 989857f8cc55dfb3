"""Valkey in the data folder, with an append-only file."""

import signal
import socket
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from frameflow.embedded import binaries, children, ports
from frameflow.embedded.account import Account, prepare_home
from frameflow.embedded.credentials import password
from frameflow.embedded.server import Server

TIMEOUT_S = 2.0


class Valkey(Server):
    """The Redis-compatible server. `urls()` after `start()`."""

    name = "valkey"
    stop_signal = signal.SIGTERM

    @cached_property
    def program(self) -> Path:
        return binaries.valkey_program()

    @cached_property
    def account(self) -> Account | None:
        return prepare_home(self.folder.valkey, program=self.program)

    def prepare(self) -> None:
        _ = self.account

    def spawn(self) -> children.Process:
        # Through standard input: a password among the arguments is everybody's to read.
        return self._spawn([self.program, "-"], self.account, given=self._configuration().encode())

    def answers(self) -> bool:
        try:
            with socket.create_connection((ports.LOOPBACK, self.port), TIMEOUT_S) as connection:
                connection.sendall(f"AUTH {self._password()}\r\nPING\r\nQUIT\r\n".encode())
                return b"+PONG" in b"".join(iter(lambda: connection.recv(256), b""))
        except OSError:
            return False

    def urls(self) -> Mapping[str, str]:
        """Return REDIS_URL."""
        return {"REDIS_URL": f"redis://:{self._password()}@{ports.LOOPBACK}:{self.port}/0"}

    def _password(self) -> str:
        return password(self.folder.secrets, self.name)

    def _configuration(self) -> str:
        lines = {
            "bind": ports.LOOPBACK,
            "port": self.port,
            "requirepass": self._password(),
            "dir": f'"{self.folder.valkey}"',
            "appendonly": "yes",
            "appendfsync": "no" if self.fast else "everysec",
            "save": '""',
            "maxmemory-policy": "noeviction",
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())
