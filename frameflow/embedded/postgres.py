"""Postgres in the data folder: made once, kept across restarts, one role per context."""

import os
import shutil
import signal
import tempfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import psycopg2

from frameflow.contexts import CONTEXTS
from frameflow.embedded import binaries, children, ports, roles
from frameflow.embedded.account import Account, prepare_home
from frameflow.embedded.credentials import password
from frameflow.embedded.exceptions import CannotStart
from frameflow.embedded.logfiles import last_words
from frameflow.embedded.server import Server

DATABASE = "frameflow"
SUPERUSER = "postgres"
MAX_CONNECTIONS = 250
#: The wheel has no ICU; from 17 on Postgres knows Unicode by itself.
BUILTIN_LOCALE_SINCE = 17
PREDECESSOR_GONE_WITHIN_S = 10.0
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres(Server):
    """The database server. `urls()` after `start()`."""

    name = "postgres"
    stop_signal = signal.SIGINT  # fast shutdown: ends the sessions, loses nothing

    @property
    def data(self) -> Path:
        return self.folder.postgres / "data"

    @cached_property
    def programs(self) -> Path:
        return binaries.postgres_directory()

    @cached_property
    def account(self) -> Account | None:
        return prepare_home(self.folder.postgres, program=self.programs / "postgres")

    def prepare(self) -> None:
        major = binaries.postgres_major(self.programs)
        marker = self.data / "PG_VERSION"
        _ = self.account
        if not marker.exists():
            self._initialise(major)
        elif (found := marker.read_text().strip()) != str(major):
            raise CannotStart(
                f"{self.data} was made by Postgres {found}, and here is Postgres {major}; "
                "set FRAMEFLOW_DATA to another folder or move the data with pg_dump."
            )
        self._await_predecessor()

    def spawn(self) -> children.Process:
        settings = {
            "listen_addresses": ports.LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": str(MAX_CONNECTIONS),
            "password_encryption": "scram-sha-256",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **(FAST if self.fast else {}),
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        return self._spawn([self.programs / "postgres", "-D", self.data, *options], self.account)

    def answers(self) -> bool:
        try:
            psycopg2.connect(self.url(SUPERUSER, "postgres"), connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def start(self) -> children.Process:
        process = super().start()
        passwords = {context.role: self._password(context.role) for context in CONTEXTS}
        try:
            roles.create_database(self.url(SUPERUSER, "postgres"), DATABASE)
            roles.apply(self.url(SUPERUSER), passwords)
        except BaseException:
            self.stop(process)
            raise
        return process

    def url(self, user: str, database: str = DATABASE) -> str:
        """Return the URL for a user of this server."""
        secret = self._password(user)
        return f"postgres://{user}:{secret}@{ports.LOOPBACK}:{self.port}/{database}"

    def urls(self) -> Mapping[str, str]:
        """Return one URL per context, and the superuser's, by variable name."""
        own = {context.url_variable: self.url(context.role) for context in CONTEXTS}
        return {**own, "ADMIN_DATABASE_URL": self.url(SUPERUSER)}

    def _password(self, user: str) -> str:
        return password(self.folder.secrets, user)

    def _initialise(self, major: int) -> None:
        """Make the data beside its place and move it there whole: a cut leaves nothing half."""
        draft = self.folder.postgres / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w") as secret:
            secret.write(self._password(SUPERUSER))
            secret.flush()
            if self.account is not None:
                os.chown(secret.name, self.account.uid, self.account.gid)
            self._initdb(draft, Path(secret.name), major)
        draft.rename(self.data)

    def _initdb(self, draft: Path, secret: Path, major: int) -> None:
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        arguments: list[str | Path] = [
            *("--pgdata", draft, "--username", SUPERUSER, "--pwfile", secret),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions"),
            *(builtin if major >= BUILTIN_LOCALE_SINCE else ["--locale=C.UTF-8"]),
            *(["--no-sync"] if self.fast else []),
        ]
        if self._spawn([self.programs / "initdb", *arguments], self.account).wait() != 0:
            raise CannotStart(f"initdb failed; its last words: {last_words(self.log)}")

    def _await_predecessor(self) -> None:
        """One whose parent was just killed is still writing its last pages."""
        children.wait_until(lambda: not self._predecessor(), within_s=PREDECESSOR_GONE_WITHIN_S)

    def _predecessor(self) -> bool:
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            os.kill(pid, 0)
        except PermissionError:
            return True
        except (OSError, ValueError, IndexError):
            return False
        return True
