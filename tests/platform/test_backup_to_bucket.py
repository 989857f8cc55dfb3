"""From files into a bucket and back: a backup does not know what its store is made of."""

from pathlib import Path
from uuid import uuid4

import pytest

from apps.upload.models import Video
from frameflow.operations.backups import restore, take
from frameflow.storage import store
from tests.databases import every_database_committed
from tests.platform.backup_cast import SOURCE, lose_everything, small_system
from tests.s3_server import S3Server, s3_server

pytestmark = every_database_committed


def use(settings: pytest.FixtureRequest, kind: str, **options: str) -> None:
    settings.OBJECT_STORE = {"BACKEND": f"frameflow.storage.{kind}", "OPTIONS": options}  # type: ignore[attr-defined]


def use_bucket(settings: pytest.FixtureRequest, server: S3Server) -> None:
    use(settings, "s3.S3Store", **server.options(prefix=f"{uuid4().hex}/"))


def test_files_move_into_a_bucket_and_back(settings: pytest.FixtureRequest, tmp_path: Path) -> None:
    use(settings, "filesystem.FilesystemStore", root=str(tmp_path / "files"))
    key = small_system().source_key
    take(tmp_path / "of-files")
    lose_everything()
    with s3_server() as server:
        use_bucket(settings, server)
        restore(tmp_path / "of-files")
        assert b"".join(store().read(key)) == SOURCE
        take(tmp_path / "of-bucket")
        lose_everything()
    use(settings, "filesystem.FilesystemStore", root=str(tmp_path / "files"))
    restore(tmp_path / "of-bucket")
    assert b"".join(store().read(key)) == SOURCE
    assert Video.objects.get().source_key == key
