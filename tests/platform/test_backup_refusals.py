"""When no backup is taken and none is restored: in words, and with nothing changed."""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from apps.auth.models import User
from apps.upload.models import Video
from frameflow.operations.backups import Refused, restore, take
from frameflow.storage import ObjectStore, ObjectWriter, StorageError, store
from frameflow.storage.memory import MemoryStore
from tests.databases import every_database_committed
from tests.factories import put_source, stored_video
from tests.platform.backup_cast import lose_everything, lose_objects, small_system

pytestmark = every_database_committed


@pytest.fixture
def backup(objects: ObjectStore, tmp_path: Path) -> Path:
    """A whole backup of two videos; the system that it was taken of is lost."""
    small_system()
    put_source(stored_video(extraction=None))
    take(tmp_path / "backup")
    lose_everything()
    return tmp_path / "backup"


def nothing_was_restored() -> bool:
    return not User.objects.exists() and not Video.objects.exists() and not list(store().list(""))


def flip_a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def an_object(backup: Path) -> Path:
    return next(each for each in (backup / "objects").rglob("source"))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a table": lambda backup: flip_a_byte(backup / "databases/upload/video.copy.gz"),
    "a table is gone": lambda backup: (backup / "databases/auth/account.copy.gz").unlink(),
    "an object": lambda backup: flip_a_byte(an_object(backup)),
    "an object is shorter": lambda backup: os.truncate(an_object(backup), 10),
    "an object is gone": lambda backup: an_object(backup).unlink(),
    "half a manifest": lambda backup: os.truncate(backup / "manifest.json", 500),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_backup_is_not_restored(backup: Path, damage: str) -> None:
    DAMAGES[damage](backup)
    with pytest.raises(Refused, match="damaged"):
        restore(backup)
    assert nothing_was_restored()


def test_a_backup_of_other_migrations_is_not_restored(backup: Path) -> None:
    add = "INSERT INTO django_migrations (app, name, applied) VALUES ('upload', '0099_new', now())"
    with connections["upload"].cursor() as cursor:
        cursor.execute(add)
        try:
            with pytest.raises(Refused, match=r"upload\.0099_new.*upgrade then"):
                restore(backup)
        finally:
            cursor.execute("DELETE FROM django_migrations WHERE name = '0099_new'")
    assert nothing_was_restored()


def test_nothing_is_restored_over_rows(backup: Path) -> None:
    User.objects.create_user(email="new@example.com", password="correct horse battery")
    with pytest.raises(Refused, match="auth is not empty: account"):
        restore(backup)
    assert User.objects.count() == 1
    assert not list(store().list(""))


def test_nothing_is_restored_over_objects(backup: Path) -> None:
    store().put("another/object", b"x")
    with pytest.raises(Refused, match="--resume"):
        restore(backup)
    with pytest.raises(Refused, match="another/object"):
        restore(backup, resume=True)
    assert not User.objects.exists()


class BreaksOff(MemoryStore):
    """A store that goes away when it holds one object."""

    is_away = True

    @contextmanager
    def writer(self, key: str) -> Iterator[ObjectWriter]:
        if self.is_away and list(self.list("")):
            raise StorageError("the store is away")
        with super().writer(key) as writer:
            yield writer


def test_a_restore_that_was_cut_short_goes_on(
    backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = BreaksOff()
    monkeypatch.setattr("frameflow.operations.backups.restoring.store", lambda: broken)
    with pytest.raises(CommandError, match=r"away(.|\n)*--resume"):
        call_command("restore", str(backup))
    assert not User.objects.exists()
    broken.is_away = False
    with pytest.raises(Refused, match="--resume"):
        restore(backup)
    restore(backup, resume=True)
    assert len(list(broken.list(""))) == Video.objects.count() == 2


def test_going_on_does_not_trust_what_lies_there(backup: Path) -> None:
    key = str(an_object(backup).relative_to(backup / "objects"))
    store().put(key, b"half")
    with pytest.raises(Refused, match="another"):
        restore(backup, resume=True)
    assert not User.objects.exists()


def test_what_is_not_whole_is_no_backup(backup: Path) -> None:
    (backup / "manifest.json").unlink()
    with pytest.raises(Refused, match="not a whole backup"):
        restore(backup)


def test_a_backup_that_fails_leaves_nothing(
    objects: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_system()
    monkeypatch.setattr("frameflow.operations.backups.taking.dump", _fail)
    with pytest.raises(CommandError, match="the disk is full"):
        call_command("backup", str(tmp_path / "backup"))
    assert list(tmp_path.iterdir()) == []


def _fail(*_: object) -> None:
    raise OSError("the disk is full")


def test_the_remains_of_a_killed_backup_are_named(objects: ObjectStore, tmp_path: Path) -> None:
    small_system()
    (tmp_path / "backup.unfinished").mkdir()
    with pytest.raises(Refused, match="cut short"):
        take(tmp_path / "backup")
    assert (tmp_path / "backup.unfinished").is_dir()


def test_no_backup_takes_the_place_of_another(backup: Path) -> None:
    before = (backup / "manifest.json").read_bytes()
    with pytest.raises(Refused, match="new folder"):
        take(backup)
    assert (backup / "manifest.json").read_bytes() == before


def test_of_a_lost_store_no_backup_is_taken(objects: ObjectStore, tmp_path: Path) -> None:
    small_system()
    lose_objects(store())
    with pytest.raises(Refused, match="it is lost"):
        take(tmp_path / "backup")
    assert list(tmp_path.iterdir()) == []


def test_a_lost_object_is_told(objects: ObjectStore, tmp_path: Path) -> None:
    small_system()
    lost = stored_video(extraction=None)
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 objects that rows name"):
        call_command("backup", str(tmp_path / "backup"), stdout=out)
    assert f"lost: {lost.source_key}" in out.getvalue()
    lose_everything()
    assert restore(tmp_path / "backup").missing == [lost.source_key]


def test_several_databases_must_stand_still(
    objects: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_system()
    with monkeypatch.context() as patch:
        patch.setitem(connections["auth"].settings_dict, "HOST", "elsewhere")
        with pytest.raises(Refused, match="--stopped"):
            take(tmp_path / "backup")
        take(tmp_path / "backup", stopped=True)


def test_a_backup_of_a_part_is_refused(tmp_path: Path, settings: object) -> None:
    settings.ACTIVE_CONTEXTS = settings.ACTIVE_CONTEXTS[:2]  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="FRAMEFLOW_CONTEXTS"):
        take(tmp_path / "backup")
