"""A small system to be backed up, and how it is lost."""

from django.conf import settings
from django.db import connections

from apps.auth.models import Notice, User
from apps.upload.models import Video
from frameflow.operations.backups.tables import SEEDED, columns_of
from frameflow.storage import ObjectStore, store
from tests.factories import MP4_HEAD, put_source, stored_video

PASSWORD = "correct horse battery"
ODD_NAME = 'a\tb\\N\n"ção" 🎞.mp4'
SOURCE = MP4_HEAD * 5000  # more than one chunk


def small_system() -> Video:
    """Store a person, a video with its object, and a notice."""
    user = User.objects.create_user(email="olivia@example.com", password=PASSWORD)
    video = stored_video(owner_id=user.pk, name=ODD_NAME, extraction="processing")
    put_source(video, SOURCE)
    notice_of(video)
    return video


def notice_of(video: Video) -> Notice:
    """Store a row whose key comes from a sequence."""
    return Notice.objects.create(
        extraction_id=video.pk,
        run=Notice.objects.count() + 1,
        kind="ready",
        video_id=video.pk,
        owner_id=video.owner_id,
        due_at="2026-03-01T12:00:00Z",
    )


def lose_everything() -> None:
    """Leave a system as it is after `migrate`, with a store that holds nothing."""
    for context in settings.ACTIVE_CONTEXTS:
        tables = [f'"{table}"' for table in columns_of(context.alias) if table not in SEEDED]
        with connections[context.alias].cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY")
    lose_objects(store())


def lose_objects(objects: ObjectStore) -> None:
    """Empty a store."""
    for found in list(objects.list("")):
        objects.delete(found.key)
