"""A video whose bytes are arriving."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from hashlib import sha256
from types import TracebackType
from typing import Self
from uuid import UUID

from django.db import connections
from django.utils import timezone

from apps.upload import services
from apps.upload.exceptions import Unreadable
from apps.upload.models import source_type_of
from apps.upload.models.source_type import HEAD_BYTES
from apps.upload.services.uploads import check_size, note_bytes
from frameflow.bus import done_without
from frameflow.storage import store

NOTE_EVERY_S = 30


class Heard:
    """A file whose bytes pass: its name, size and digest. By itself it keeps nothing."""

    def __init__(self, owner_id: UUID, name: str, announced_bytes: int) -> None:
        self.name = name
        self.size_bytes = 0
        self._digest = sha256()

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def write(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self.size_bytes += len(chunk)
        self._digest.update(chunk)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        return None


class IncomingVideo(Heard):
    """A video whose bytes are arriving. As a context manager it is published at a clean exit, and
    forgotten with all its bytes on an exception.

    `note` is called now and then, for whoever must know that the sender is still there.
    """

    def __init__(
        self,
        owner_id: UUID,
        name: str,
        announced_bytes: int,
        note: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__(owner_id, name, announced_bytes)
        video = services.begin_upload(
            owner_id=owner_id, name=name, announced_bytes=announced_bytes, at=timezone.now()
        )
        self.video_id = video.pk
        self._note = note
        self._noted_at = time.monotonic()
        self._stack = ExitStack()
        release_connections()
        try:
            self._writer = self._stack.enter_context(store().writer(video.source_key))
        except BaseException:
            abandon(video.pk)
            raise

    def write(self, chunk: bytes) -> None:
        """Take the next bytes; `Unreadable` or `TooLarge` as soon as that is certain."""
        if self.size_bytes == 0 and source_type_of(chunk[:HEAD_BYTES]) is None:
            raise Unreadable
        check_size(self.size_bytes + len(chunk))
        super().write(chunk)
        self._writer.write(chunk)
        if time.monotonic() - self._noted_at > NOTE_EVERY_S:
            self._noted_at = time.monotonic()
            with done_without("upload.not_noted", video_id=str(self.video_id)):
                note_bytes(video_id=self.video_id)
                self._note()
            release_connections()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self._stack.__exit__(kind, error, traceback)
        except BaseException:
            abandon(self.video_id)
            raise
        if kind is not None:
            abandon(self.video_id)


def abandon(video_id: UUID) -> None:
    """Forget an upload; where the database is away, the sweep does it later."""
    with done_without("upload.not_forgotten", video_id=str(video_id)):
        services.abandon_upload(video_id=video_id)


def release_connections() -> None:
    """Give back the database connections of this thread: the transfer may take an hour."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
