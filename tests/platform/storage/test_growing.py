"""What every object store promises of an object that arrives in pieces."""

import os

import pytest

from frameflow.storage import InvalidKey, ObjectNotFound, ObjectStore

MIB = 1024 * 1024
KEY = "olivia/film/source"


def grow(objects: ObjectStore, at: int, data: bytes, *, saved: bool = True) -> int:
    """Write behind `at`; return how many first bytes are said to be saved."""
    with objects.grow(KEY, at) as growing:
        for offset in range(0, len(data), 300_000):
            growing.write(data[offset : offset + 300_000])
        if saved:
            growing.save()
        return growing.saved_bytes


def content(objects: ObjectStore) -> bytes:
    return b"".join(objects.read(KEY))


@pytest.mark.parametrize(
    "sizes",
    [(1,), (10, 20, 30), (5 * MIB,), (2 * MIB, 3 * MIB, 1), (6 * MIB, 6 * MIB), (MIB,) * 11],
    ids=str,
)
def test_pieces_become_one_object(objects: ObjectStore, sizes: tuple[int, ...]) -> None:
    data, at = os.urandom(sum(sizes)), 0
    for size in sizes:
        assert grow(objects, at, data[at : at + size]) == at + size
        at += size
    objects.finish(KEY, len(data))
    assert content(objects) == data
    assert [each.key for each in objects.list("")] == [KEY]
    assert objects.abort_stale_writes(older_than_s=-1) == 0


def test_nothing_is_visible_before_it_is_finished(objects: ObjectStore) -> None:
    grow(objects, 0, bytes(6 * MIB + 5))
    with pytest.raises(ObjectNotFound):
        objects.stat(KEY)
    assert list(objects.list("")) == []
    assert objects.is_empty()
    assert objects.is_empty("olivia/")


def test_what_was_not_said_to_be_saved_is_written_again(objects: ObjectStore) -> None:
    data = os.urandom(13 * MIB)
    saved = grow(objects, 0, data[: 7 * MIB], saved=False)
    assert saved <= 7 * MIB
    grow(objects, saved, data[saved:])
    objects.finish(KEY, len(data))
    assert content(objects) == data


@pytest.mark.parametrize("at", [0, 1, MIB, 4 * MIB + 17])
@pytest.mark.parametrize("beyond", [1, 2 * MIB, 11 * MIB])
def test_a_piece_that_was_not_acknowledged_is_written_over(
    objects: ObjectStore, at: int, beyond: int
) -> None:
    data = os.urandom(at + 5 * MIB + 3)
    grow(objects, 0, data[:at])
    grow(objects, at, os.urandom(beyond), saved=False)
    grow(objects, at, data[at:])
    objects.finish(KEY, len(data))
    assert content(objects) == data


@pytest.mark.parametrize("last", [3 * MIB, 4 * MIB])
def test_two_that_write_the_same_do_each_other_no_harm(objects: ObjectStore, last: int) -> None:
    """Whoever outlived its lease saves less, and after the other: both places are to go on from."""
    data = os.urandom(7 * MIB)
    grow(objects, 0, data[:MIB])
    with objects.grow(KEY, MIB) as stale, objects.grow(KEY, MIB) as growing:
        stale.write(data[MIB : 3 * MIB])
        growing.write(data[MIB : 4 * MIB])
        growing.save()
        stale.save()
    grow(objects, last, data[last:])
    objects.finish(KEY, len(data))
    assert content(objects) == data


def test_two_that_begin_an_object_grow_the_same_one(objects: ObjectStore) -> None:
    data = os.urandom(13 * MIB)
    with objects.grow(KEY, 0) as stale, objects.grow(KEY, 0) as growing:
        growing.write(data[: 11 * MIB])
        growing.save()
        growing.settle()
        stale.write(data[: 6 * MIB])
    assert objects.abort_stale_writes(older_than_s=-1, dry_run=True) == 1
    grow(objects, 11 * MIB, data[11 * MIB :])
    objects.finish(KEY, len(data))
    assert content(objects) == data
    assert objects.abort_stale_writes(older_than_s=-1) == 0


@pytest.mark.parametrize("size", [100, 5 * MIB, 6 * MIB])
def test_finishing_can_be_repeated(objects: ObjectStore, size: int) -> None:
    data = os.urandom(size)
    grow(objects, 0, data)
    objects.finish(KEY, size)
    objects.finish(KEY, size)
    assert content(objects) == data


@pytest.mark.parametrize("there", [0, 100, 6 * MIB])
def test_what_is_not_there_cannot_be_finished(objects: ObjectStore, there: int) -> None:
    if there:
        grow(objects, 0, bytes(there))
    with pytest.raises(ObjectNotFound):
        objects.finish(KEY, there + 1)
    assert list(objects.list("")) == []


@pytest.mark.parametrize("there", [0, 100, 6 * MIB])
def test_nobody_goes_on_behind_what_is_lost(objects: ObjectStore, there: int) -> None:
    if there:
        grow(objects, 0, bytes(there))
    with pytest.raises(ObjectNotFound), objects.grow(KEY, there + 1):
        pass


@pytest.mark.parametrize("size", [100, 6 * MIB])
def test_what_is_discarded_is_gone(objects: ObjectStore, size: int) -> None:
    grow(objects, 0, bytes(size))
    objects.discard(KEY)
    objects.discard(KEY)
    with pytest.raises(ObjectNotFound), objects.grow(KEY, size):
        pass
    assert objects.abort_stale_writes(older_than_s=-1) == 0


@pytest.mark.parametrize("size", [100, 6 * MIB])
def test_what_grows_is_given_up_only_when_it_is_old(objects: ObjectStore, size: int) -> None:
    grow(objects, 0, bytes(size))
    assert objects.abort_stale_writes(older_than_s=60) == 0
    grow(objects, size, b"more")
    assert objects.abort_stale_writes(older_than_s=-1) == 1
    with pytest.raises(ObjectNotFound):
        objects.finish(KEY, size + 4)


def test_a_key_that_could_lead_elsewhere_is_refused(objects: ObjectStore) -> None:
    for attempt in (
        lambda: objects.grow("../a", 0).__enter__(),
        lambda: objects.finish("../a", 1),
        lambda: objects.discard("../a"),
    ):
        with pytest.raises(InvalidKey):
            attempt()
