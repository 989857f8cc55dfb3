"""The object store of the world: it can fail, and whoever calls it may die."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from frameflow.storage import GrowingObject, ObjectWriter, StorageError, StoredObject
from frameflow.storage.base import check_key
from frameflow.storage.memory import MemoryStore
from tests.simulation.actors import Killed, acting, pause
from tests.simulation.faults import Faults
from tests.simulation.growing import Growing

Clock = Callable[[], datetime]


class Objects(MemoryStore):
    """Objects in memory, by the clock of the world.

    `pauses` says whether the caller may be paused now: not while it holds a transaction open.
    """

    def __init__(self, faults: Faults, clock: Clock, pauses: Callable[[], bool]) -> None:
        super().__init__()
        self._faults, self._clock, self._pauses = faults, clock, pauses
        #: Writes whose writer died: with a bucket their parts stay behind.
        self.unfinished: list[datetime] = []
        #: When each object that grows was last given something.
        self.grown_at: dict[str, datetime] = {}
        #: Changes with everything that changes; who wrote each object.
        self.version, self.writers = 0, dict[str, str]()

    @contextmanager
    def writer(self, key: str) -> Iterator[ObjectWriter]:
        try:
            with super().writer(key) as buffer:
                yield buffer
                self._before(f"put {_kind(key)}")
        except Killed:
            self.unfinished.append(self._clock())
            self.version += 1
            raise
        self._note(key)
        self._after(f"put {_kind(key)}")

    @contextmanager
    def grow(self, key: str, at: int) -> Iterator[GrowingObject]:
        self._before("grow source")
        if at:
            self._grown_to(key, at)
        yield Growing(partial(self._save_grown, check_key(key)), at)

    def _save_grown(self, key: str, at: int, data: bytes) -> None:
        """Also a writer that was only asleep, and whose upload has ended, leaves its bytes here."""
        self._before("save source")
        grown = self._grown.setdefault(key, bytearray(at))
        grown[at : at + len(data)] = data
        self.grown_at[key] = self._clock()
        self.version += 1
        self._after("save source")

    def finish(self, key: str, size_bytes: int) -> None:
        self._before("finish source")
        if key not in self._objects:
            self._objects[key] = bytes(self._grown_to(key, size_bytes)[:size_bytes]), self._clock()
            self._note(key)
        self._let_go(key)
        self._after("finish source")

    def discard(self, key: str) -> None:
        self._before("discard source")
        self._let_go(key)
        self._after("discard source")

    def stat(self, key: str) -> StoredObject:
        self._before(f"stat {_kind(key)}")
        return super().stat(key)

    def read(self, key: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        self._before(f"read {_kind(key)}")
        return super().read(key, start, stop)

    def list(self, prefix: str) -> Iterator[StoredObject]:
        self._before("list")
        return super().list(prefix)

    def delete(self, key: str) -> None:
        self._before(f"delete {_kind(key)}")
        super().delete(check_key(key))
        self.version += 1
        self._after(f"delete {_kind(key)}")

    def abort_stale_writes(self, older_than_s: float, *, dry_run: bool = False) -> int:
        self._before("abort writes")
        since = self._clock() - timedelta(seconds=older_than_s)
        young = [at for at in self.unfinished if at > since]
        old = [key for key, at in self.grown_at.items() if at <= since]
        aborted = len(self.unfinished) - len(young) + len(old)
        if not dry_run:
            self.unfinished = young
            self.version += aborted
            for key in old:
                self._let_go(key)
        return aborted

    # For the world alone: no fault comes here

    def found(self, key: str) -> StoredObject:
        """Return what is known of an object."""
        data, at = self._objects[key]
        return StoredObject(key=key, size_bytes=len(data), modified_at=at)

    def content(self, key: str) -> bytes:
        """Return the bytes of an object."""
        return self._objects[key][0]

    def keys(self) -> tuple[str, ...]:
        """Return the keys of all objects, in order."""
        return tuple(sorted(self._objects))

    def _let_go(self, key: str) -> None:
        self._grown.pop(key, None)
        if self.grown_at.pop(key, None):
            self.version += 1

    def _note(self, key: str) -> None:
        self._objects[key] = self._objects[key][0], self._clock()
        actor = acting()
        self.writers[key] = actor.name if actor else "world"
        self.version += 1

    def _before(self, deed: str) -> None:
        if self._pauses():
            pause()
        self._faults.before(deed, StorageError("the store does not answer"))

    def _after(self, deed: str) -> None:
        self._faults.after(deed, StorageError("the answer of the store was lost"))


def _kind(key: str) -> str:
    """Return what an object is: source, frame, thumb, zip or manifest."""
    name = key.rpartition("/")[2]
    if name.startswith("source"):
        return "source"
    kinds = {"frames": "frame", "thumbs": "thumb"}
    return kinds.get(key.split("/")[-2], name.rpartition(".")[2] if "zip" in name else "manifest")
