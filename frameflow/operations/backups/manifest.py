"""What is in a backup: `manifest.json`, written last."""

import gzip
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Literal, Self, cast

from pydantic import BaseModel, ValidationError

from frameflow.operations.backups.exceptions import Refused
from frameflow.storage import ObjectStore
from frameflow.storage.filesystem import FilesystemStore

NAME = "manifest.json"


class SavedFile(BaseModel):
    """What a file must be; of a table, the compressed file."""

    size_bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> "SavedFile":
        """Look at a file."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
        return SavedFile(size_bytes=path.stat().st_size, sha256=digest.hexdigest())


class SavedTable(BaseModel):
    """The rows of a table; the columns in the order of the file."""

    file: SavedFile
    columns: list[str]
    rows: int


class SavedSchema(BaseModel):
    """A context's schema: the migrations that made it, its tables, how far sequences went."""

    migrations: list[str]
    tables: dict[str, SavedTable]
    sequences: dict[str, int]


class Manifest(BaseModel):
    """A whole backup. `missing`: keys that rows name and that the store did not have."""

    format: Literal[1] = 1
    taken_at: datetime
    schemas: dict[str, SavedSchema]
    objects: dict[str, SavedFile]
    missing: list[str]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the manifest of a whole backup; else `Refused`."""
        try:
            return cls.model_validate_json((folder / NAME).read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            raise Refused(f"{folder} is not a whole backup: it has no {NAME}.") from None
        except ValidationError as error:
            raise Refused(f"{folder / NAME} is damaged, or of another format: {error}") from None

    def write(self, folder: Path) -> None:
        """Write it durably."""
        with durable(folder / NAME) as file:
            file.write(self.model_dump_json(indent=1).encode())

    @property
    def size_bytes(self) -> int:
        """Return how much all files hold together."""
        tables = (
            table.file for schema in self.schemas.values() for table in schema.tables.values()
        )
        return sum(file.size_bytes for file in (*tables, *self.objects.values()))


def table_path(folder: Path, alias: str, table: str) -> Path:
    """Return where the rows of a table lie."""
    return folder / "databases" / alias / f"{table}.copy.gz"


def objects_in(folder: Path) -> ObjectStore:
    """Return the objects of a backup, which lie there as in a store of files."""
    return FilesystemStore(root=str(folder / "objects"))


@contextmanager
def durable(path: Path) -> Iterator[BinaryIO]:
    """Write a new file that is on the disk at the end of the block."""
    with path.open("xb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def compressed(path: Path) -> Iterator[BinaryIO]:
    """Write a new file, compressed and durable."""
    with durable(path) as file, gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6) as packed:
        yield cast(BinaryIO, packed)
