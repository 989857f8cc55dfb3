"""What the object store can do, tried out step by step on objects of its own."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from uuid import uuid4

from frameflow.storage import ObjectExists, ObjectStore, StorageError

SMALL, LARGE = bytes(1000), bytes(9 * 1024 * 1024)  # the second travels in parts

Step = Callable[[ObjectStore, str], None]


def try_out(store: ObjectStore) -> Iterator[tuple[str, str]]:
    """Yield what was tried and why it failed, empty where it did not; leaves nothing behind."""
    prefix = f"checks/{uuid4().hex}/"
    try:
        for words, step in STEPS.items():
            yield words, _outcome(step, store, prefix)
    finally:
        with suppress(StorageError):
            store.delete_prefix(prefix)


def _outcome(step: Step, store: ObjectStore, prefix: str) -> str:
    try:
        step(store, prefix)
    except StorageError as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _write(data: bytes, store: ObjectStore, prefix: str) -> None:
    store.put(f"{prefix}{len(data)}", data)


def _race(data: bytes, store: ObjectStore, prefix: str) -> None:
    """Both see that the key is free; the bucket must refuse the one that is done later."""
    key = f"{prefix}race-{len(data)}"
    with suppress(ObjectExists):
        with store.writer(key) as slower:
            slower.write(data)
            store.put(key, data)
        raise StorageError("a second write took the place of the first")


def _read_part(store: ObjectStore, prefix: str) -> None:
    _expect(b"".join(store.read(f"{prefix}{len(LARGE)}", 8_500_000, 8_500_010)) == bytes(10))


def _list(store: ObjectStore, prefix: str) -> None:
    _expect([found.key for found in store.list(prefix)] != [])


def _remove(store: ObjectStore, prefix: str) -> None:
    store.delete_prefix(prefix)
    _expect(store.is_empty(prefix))


def _open_link(store: ObjectStore, prefix: str) -> None:
    if store.links_open() is False:
        raise StorageError("it does not open; ZIPs pass through the web until it does")


def _expect(is_so: bool) -> None:
    if not is_so:
        raise StorageError("the answer was not what was written")


STEPS: dict[str, Step] = {
    "write a small object": partial(_write, SMALL),
    "write a large object": partial(_write, LARGE),
    "refuse the slower of two small writes": partial(_race, SMALL),
    "refuse the slower of two large writes": partial(_race, LARGE),
    "read a part": _read_part,
    "list": _list,
    "remove": _remove,
    "open a signed link, where there are any": _open_link,
}
