"""The object store of the world: it can fail, and whoever calls it may die."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from frameflow.storage import ObjectWriter, StorageError, StoredObject
from frameflow.storage.base import check_key
from frameflow.storage.memory import MemoryStore
from tests.simulation.actors import Killed, acting, pause
from tests.simulation.faults import Faults

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
        aborted = len(self.unfinished) - len(young)
        if not dry_run:
            self.unfinished = young
            self.version += aborted
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
