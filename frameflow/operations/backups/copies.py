"""Objects from one store into another, whatever they are made of."""

import hashlib

from frameflow.operations.backups.exceptions import Refused
from frameflow.operations.backups.manifest import SavedFile
from frameflow.storage import ObjectNotFound, ObjectStore


def copy_object(
    key: str, source: ObjectStore, target: ObjectStore, expected: SavedFile | None = None
) -> SavedFile:
    """Copy one object; `Refused`, and nothing is kept of it, where it is not what is expected."""
    digest, size_bytes = hashlib.sha256(), 0
    with target.writer(key) as writer:
        for chunk in source.read(key):
            writer.write(chunk)
            digest.update(chunk)
            size_bytes += len(chunk)
        found = SavedFile(size_bytes=size_bytes, sha256=digest.hexdigest())
        if expected is not None and found != expected:
            raise Refused(f"The object {key} is damaged.")
    return found


def look_at(key: str, source: ObjectStore) -> SavedFile | None:
    """Return what an object is, None where there is none."""
    digest, size_bytes = hashlib.sha256(), 0
    try:
        for chunk in source.read(key):
            digest.update(chunk)
            size_bytes += len(chunk)
    except ObjectNotFound:
        return None
    return SavedFile(size_bytes=size_bytes, sha256=digest.hexdigest())


class Copies:
    """The objects in a backup that grows; call `catch_up` as often as you like."""

    def __init__(self, source: ObjectStore, target: ObjectStore) -> None:
        self._source, self._target = source, target
        self.saved: dict[str, SavedFile] = {}

    def catch_up(self) -> None:
        """Copy what is in the store and not yet in the backup."""
        for found in self._source.list(""):
            if found.key not in self.saved and (copied := self._copied(found.key)):
                self.saved[found.key] = copied

    def drop(self, keys: set[str]) -> None:
        """Remove what nobody needs."""
        for key in keys:
            self._target.delete(key)
            del self.saved[key]

    def _copied(self, key: str) -> SavedFile | None:
        try:
            return copy_object(key, self._source, self._target)
        except ObjectNotFound:
            return None  # deleted since it was listed
