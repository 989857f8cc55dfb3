"""What a backup holds, and what comes back of it."""

import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.contrib.auth.models import Group
from django.db import connections

from apps.auth.models import User
from apps.upload.models import Quota, Video
from frameflow.operations.backups import moment, restore, take, taking
from frameflow.storage import ObjectStore, store
from tests.databases import ALIASES, every_database_committed
from tests.factories import put_source, stored_video
from tests.platform.backup_cast import (
    ODD_NAME,
    PASSWORD,
    SOURCE,
    lose_everything,
    notice_of,
    small_system,
)

pytestmark = every_database_committed


def while_it_dumps(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen once the first schema is written."""
    dump = taking.dump

    def dumped(alias: str, folder: Path) -> Any:
        saved = dump(alias, folder)
        if alias == ALIASES[0]:
            happens()
        return saved

    monkeypatch.setattr(taking, "dump", dumped)


def test_everything_comes_back(objects: ObjectStore, tmp_path: Path) -> None:
    video = small_system()
    take(tmp_path / "backup")
    lose_everything()
    restore(tmp_path / "backup")
    assert User.objects.get_by_natural_key("Olivia@example.com").check_password(PASSWORD)
    back = Video.objects.get()
    assert (back.pk, back.name, back.refusal) == (video.pk, ODD_NAME, None)
    assert b"".join(store().read(video.source_key)) == SOURCE
    group = Group.objects.get(name="Support")
    assert group.permissions.filter(codename="retry_video").exists()


def test_numbers_go_on_where_they_were(objects: ObjectStore, tmp_path: Path) -> None:
    video = small_system()
    last = notice_of(video)
    take(tmp_path / "backup")
    lose_everything()
    restore(tmp_path / "backup")
    assert notice_of(video).pk == last.pk + 1


def test_only_its_owner_can_read_it(objects: ObjectStore, tmp_path: Path) -> None:
    small_system()
    take(tmp_path / "backup")
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o700


def test_all_contexts_are_of_the_same_moment(
    objects: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_system()
    facts = connections["upload"].get_connection_params() | {"connection_factory": None}
    begin = moment._begin

    def begin_and_somebody_leaves(alias: str, snapshot: str | None) -> str:
        shared = begin(alias, snapshot)
        if snapshot is None:
            with closing(psycopg2.connect(**facts)) as other, other, other.cursor() as cursor:
                cursor.execute("DELETE FROM quota")
        return shared

    monkeypatch.setattr(moment, "_begin", begin_and_somebody_leaves)
    manifest = take(tmp_path / "backup").manifest
    assert not Quota.objects.exists()
    assert manifest.schemas["upload"].tables["quota"].rows == 1


def test_what_is_deleted_meanwhile_was_already_copied(
    objects: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = small_system()
    while_it_dumps(monkeypatch, lambda: store().delete(video.source_key))
    taken = take(tmp_path / "backup")
    assert video.source_key in taken.manifest.objects
    assert taken.manifest.missing == []


def test_what_came_since_the_first_round_is_fetched(
    objects: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_system()
    late = stored_video(extraction=None)
    while_it_dumps(monkeypatch, lambda: put_source(late))
    assert late.source_key in take(tmp_path / "backup").manifest.objects


def test_objects_of_nobody_stay_behind(objects: ObjectStore, tmp_path: Path) -> None:
    video = small_system()
    store().put("nobody/knows/this/1/frames.zip", b"x")
    assert set(take(tmp_path / "backup").manifest.objects) == {video.source_key}
    assert not (tmp_path / "backup/objects/nobody").exists()
