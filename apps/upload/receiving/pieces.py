"""A piece of a video: its bytes go behind those that are here, and are acknowledged on the way."""

import time
from typing import IO, Any

from django.conf import settings
from django.http import UnreadablePostError
from django.utils import timezone

from apps.upload import services
from apps.upload.exceptions import Unreadable
from apps.upload.exceptions.pieces import ChecksumMismatch, UploadExpired
from apps.upload.models import Video, source_type_of
from apps.upload.models.source_type import HEAD_BYTES
from apps.upload.receiving.digests import digest_at, keep_digest
from apps.upload.receiving.doors import check_accepted
from apps.upload.receiving.incoming import release_connections
from apps.upload.receiving.patience import patiently
from frameflow.bus import done_without
from frameflow.storage import GrowingObject, ObjectNotFound, store

READ_BYTES = 64 * 1024


class Checksum:
    """What a piece must add up to: a hash object of hashlib, and the digest that was announced."""

    def __init__(self, digest: Any, expected: bytes) -> None:
        self._digest, self._expected = digest, expected

    def update(self, data: bytes) -> None:
        """Take the next bytes."""
        self._digest.update(data)

    def check(self) -> None:
        """Raise `ChecksumMismatch` unless it adds up."""
        if self._digest.digest() != self._expected:
            raise ChecksumMismatch


def take_piece(
    stream: IO[bytes], *, video: Video, announced_bytes: int, checksum: Checksum | None = None
) -> int:
    """Write a piece under the lease that `take_lease` gave; return how much is here then.

    A cut shows as a short read: what came before it is kept. Of a piece with a checksum all is
    kept, or nothing. With the last byte the video is completed; raises what it is refused for.
    """
    release_connections()
    try:
        offset_bytes = video.offset_bytes
        if offset_bytes != video.length_bytes:  # one that is wholly here may be one object already
            offset_bytes = _written(stream, video, announced_bytes, checksum)
        if offset_bytes == video.length_bytes:
            _complete(video)
        return offset_bytes
    except ObjectNotFound:  # a restored database, a bucket that was emptied
        services.lose_upload(video=video)
        raise UploadExpired from None
    except Unreadable as refusal:
        services.refuse_upload(video_id=video.pk, refusal=refusal)
        raise
    finally:
        with done_without("upload.not_released", video_id=str(video.pk)):
            services.release_lease(video=video)


def _written(stream: IO[bytes], video: Video, announced_bytes: int, checksum: Any) -> int:
    with store().grow(video.source_key, video.offset_bytes) as growing:
        piece = _Piece(video, growing, checksum)
        piece.read(stream, announced_bytes)
        return growing.saved_bytes


def _complete(video: Video) -> None:
    digest = digest_at(video.pk, video.length_bytes or 0)
    sha256 = digest.hexdigest() if digest else ""
    completed = patiently(
        lambda: services.complete_pieces(video=video, sha256=sha256, at=timezone.now())
    )
    check_accepted(completed)


class _Piece:
    """One piece on its way."""

    def __init__(self, video: Video, growing: GrowingObject, checksum: Checksum | None) -> None:
        self._video, self._growing, self._checksum = video, growing, checksum
        self._digest = digest_at(video.pk, video.offset_bytes)
        self._acknowledged_bytes = video.offset_bytes
        self._renewed_at = time.monotonic()

    def read(self, stream: IO[bytes], announced_bytes: int) -> None:
        left = announced_bytes
        while chunk := _next(stream, min(left, READ_BYTES)):
            self._take(chunk, is_first=left == announced_bytes)
            left -= len(chunk)
        if self._checksum:
            self._checksum.check()
        self._acknowledge(self._acknowledged_bytes)  # who lost the lease saves nothing
        self._growing.save()
        self._acknowledge(self._growing.saved_bytes)
        if self._digest:
            keep_digest(self._video.pk, self._acknowledged_bytes, self._digest)

    def _take(self, chunk: bytes, *, is_first: bool) -> None:
        if is_first and self._video.offset_bytes == 0:
            self._look_at_head(chunk)
        is_due = time.monotonic() - self._renewed_at > settings.UPLOAD_RENEW_EVERY_S
        if is_due:  # whoever stood still may have lost the lease, and then writes nothing
            self._acknowledge(self._acknowledged_bytes)
        self._growing.write(chunk)
        for each in filter(None, (self._digest, self._checksum)):
            each.update(chunk)
        if self._checksum:  # what is written is not yet said to be here
            return
        if is_due:
            self._growing.save()
        if self._growing.saved_bytes > self._acknowledged_bytes:
            self._acknowledge(self._growing.saved_bytes)

    def _look_at_head(self, chunk: bytes) -> None:
        """Refuse what is no video as soon as that is certain."""
        is_enough = len(chunk) >= min(HEAD_BYTES, self._video.length_bytes or 0)
        if is_enough and source_type_of(chunk[:HEAD_BYTES]) is None:
            raise Unreadable

    def _acknowledge(self, offset_bytes: int) -> None:
        patiently(lambda: services.save_offset(video=self._video, offset_bytes=offset_bytes))
        release_connections()
        if offset_bytes > self._acknowledged_bytes:
            self._growing.settle()
        self._acknowledged_bytes = offset_bytes
        self._renewed_at = time.monotonic()


def _next(stream: IO[bytes], size_bytes: int) -> bytes:
    """Return the next bytes, none at the end and where the sender is gone."""
    try:
        return stream.read(size_bytes) if size_bytes else b""
    except UnreadablePostError:
        return b""
