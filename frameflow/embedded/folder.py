"""The data folder: everything that Frame Flow keeps on one machine."""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from frameflow.embedded.exceptions import CannotStart

PROJECT_DIR = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class DataFolder:
    """Databases, queue, objects, logs, mail and secrets under one root."""

    root: Path

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "DataFolder":
        """Return the folder that FRAMEFLOW_DATA names, or `.frameflow` beside the project."""
        return cls(Path(environ.get("FRAMEFLOW_DATA") or PROJECT_DIR / ".frameflow").resolve())

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def valkey(self) -> Path:
        return self.root / "valkey"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets"

    def prepare(self) -> None:
        """Make the folders of the application; each server makes its own."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            for name in ("objects", "logs", "mail", "secrets"):
                (self.root / name).mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise CannotStart(f"{error.filename}: {error.strerror}.") from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for ourselves; the kernel lets go of it however we end."""
        self.prepare()
        with (self.root / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as taken:
                raise CannotStart(f"it already runs on {self.root}.") from taken
            yield
