"""What the checks look at beside the rows: the store, listed once, and how many ZIPs to open."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, TypeVar

from django.db import connections

from frameflow.operations.objects import PARTS_OF_A_RUN, run_of
from frameflow.storage import store

Breaches = Iterator[str]
T = TypeVar("T")

#: So many rows are compared at a time, whatever there is of them.
CHUNK = 2000
PARTS_OF_A_SOURCE = 3  # owner, video, source-…


@dataclass(slots=True)
class Objects:
    """What lies in the store under one fence."""

    zip_bytes: int | None = None
    manifests: int = 0
    frames: int = 0
    thumbs: int = 0
    others: int = 0

    def count(self, name: str, size_bytes: int) -> None:
        """Count one object by what follows the fence in its key."""
        folder = name.partition("/")[0]
        if name == "frames.zip":
            self.zip_bytes = size_bytes
        elif name in ("manifest.json", "manifest.csv"):
            self.manifests += 1
        elif folder in ("frames", "thumbs"):
            setattr(self, folder, getattr(self, folder) + 1)
        else:
            self.others += 1


@dataclass
class Census:
    """The store by runs (`owner/video/extraction/fence`) and raw videos; some hundred bytes for
    each video, however many frames it gave."""

    runs: dict[str, Objects] = field(default_factory=dict)
    sources: set[str] = field(default_factory=set)

    @classmethod
    def taken(cls) -> "Census":
        """List the store once."""
        census = cls()
        for found in store().list(""):
            parts = found.key.split("/")
            if len(parts) > PARTS_OF_A_RUN:
                run = census.runs.setdefault(run_of(found.key), Objects())
                run.count("/".join(parts[PARTS_OF_A_RUN:]), found.size_bytes)
            elif len(parts) == PARTS_OF_A_SOURCE:
                census.sources.add(found.key)
        return census

    @cached_property
    def fences(self) -> Mapping[str, tuple[int, ...]]:
        """Return the fences under which each extraction has objects, by its prefix."""
        found: dict[str, tuple[int, ...]] = {}
        for run in self.runs:
            prefix, _, fence = run.rpartition("/")
            if fence.isdigit():
                found[f"{prefix}/"] = (*found.get(f"{prefix}/", ()), int(fence))
        return found


@dataclass
class Evidence:
    """What all checks of one examination share. `zips`: how many ZIPs are opened, chosen at
    random; None for all of them."""

    zips: int | None = None

    @cached_property
    def census(self) -> Census:
        """The store as it was when the first check asked for it: only for checks of a system that
        is quiet."""
        return Census.taken()


def asked(alias: str, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of one statement, which sees all its tables at the same moment."""
    with connections[alias].cursor() as cursor:
        cursor.execute(query, values or None)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def chunks(rows: Iterable[T]) -> Iterator[list[T]]:
    """Yield rows in lists of at most `CHUNK`."""
    iterator = iter(rows)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk
