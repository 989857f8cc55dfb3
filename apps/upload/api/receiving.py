"""A multipart body straight into the store: no temporary file, no connection held meanwhile."""

import time
from collections.abc import Mapping
from contextlib import ExitStack
from hashlib import sha256
from types import TracebackType
from typing import IO, Any, Self, cast
from uuid import UUID

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from django.db import connections
from django.http.multipartparser import MultiPartParser as DjangoMultiPartParser
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.utils.http import parse_header_parameters
from rest_framework.exceptions import ParseError
from rest_framework.parsers import DataAndFiles, MultiPartParser

from apps.upload import services
from apps.upload.exceptions import CutOff, Empty, FileMissing, Unreadable
from apps.upload.models import source_type_of
from apps.upload.models.source_type import HEAD_BYTES
from apps.upload.services.uploads import check_size, note_bytes
from frameflow.storage import store

CHUNK_BYTES = 256 * 1024
TAIL_BYTES = 512  # the last boundary is at most 76 long, and little may follow it
NOTE_EVERY_S = 30
FIELD = "file"


class IncomingVideo:
    """A video whose bytes are arriving. As a context manager it is published at a clean exit, and
    forgotten with all its bytes on an exception."""

    def __init__(self, owner_id: UUID, name: str, announced_bytes: int) -> None:
        video = services.begin_upload(
            owner_id=owner_id, name=name, announced_bytes=announced_bytes, at=timezone.now()
        )
        self.video_id = video.pk
        self.size_bytes = 0
        self._digest = sha256()
        self._noted_at = time.monotonic()
        self._stack = ExitStack()
        release_connections()
        try:
            self._writer = self._stack.enter_context(store().writer(video.source_key))
        except BaseException:
            services.abandon_upload(video_id=video.pk)
            raise

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def write(self, chunk: bytes) -> None:
        """Take the next bytes; `Unreadable` or `TooLarge` as soon as that is certain."""
        if self.size_bytes == 0 and source_type_of(chunk[:HEAD_BYTES]) is None:
            raise Unreadable
        self.size_bytes += len(chunk)
        check_size(self.size_bytes)
        self._digest.update(chunk)
        self._writer.write(chunk)
        if time.monotonic() - self._noted_at > NOTE_EVERY_S:
            self._noted_at = time.monotonic()
            note_bytes(video_id=self.video_id)
            release_connections()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self._stack.__exit__(kind, error, traceback)
        except BaseException:
            services.abandon_upload(video_id=self.video_id)
            raise
        if kind is not None:
            services.abandon_upload(video_id=self.video_id)


def release_connections() -> None:
    """Give back the database connections of this thread: the transfer may take an hour."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


class StoreUploadHandler(FileUploadHandler):
    """Takes the one file of a request and refuses a second one."""

    chunk_size = CHUNK_BYTES

    def __init__(self, owner_id: UUID, body_bytes: int) -> None:
        super().__init__()
        self.owner_id, self.body_bytes = owner_id, body_bytes
        self.incoming: IncomingVideo | None = None

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        """Begin an upload; called at the head of each file part."""
        if field_name != FIELD or self.incoming is not None:
            raise FileMissing("Send exactly one file, in the field `file`.")
        super().new_file(field_name, file_name, *args, **kwargs)
        announced = min(self.body_bytes, settings.MAX_UPLOAD_BYTES)
        self.incoming = IncomingVideo(self.owner_id, file_name, announced)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Pass the bytes on."""
        if self.incoming is not None:
            self.incoming.write(raw_data)

    def file_complete(self, file_size: int) -> None:
        """Nothing yet: whether the body was cut off is known only at its end."""
        return None


class CountingStream:
    """Counts what is read, because a cut shows as a short read without an exception."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.read_bytes = 0
        self.tail = b""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, as the stream underneath gives them."""
        chunk = self._stream.read(size)
        self.read_bytes += len(chunk)
        self.tail = (self.tail + chunk[-TAIL_BYTES:])[-TAIL_BYTES:]
        return chunk


def _last_line(meta: Any) -> bytes:
    """Return what ends a whole body (RFC 2046, 5.1.1)."""
    _, parameters = parse_header_parameters(meta["CONTENT_TYPE"])
    return f"--{parameters['boundary']}--".encode()


class VideoParser(MultiPartParser):
    """Parses `multipart/form-data`; the file arrives as `data["file"]`, an `IncomingVideo`."""

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> "DataAndFiles[Any, Any]":
        context = parser_context or {}
        if context["view"].action != "create":
            return super().parse(stream, media_type, parser_context)
        request = context["request"]
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        handler = StoreUploadHandler(request.user.pk, length)
        try:
            fields = self._receive(request.META, CountingStream(stream), handler, length)
        except BaseException as error:
            if handler.incoming is not None:
                handler.incoming.__exit__(type(error), error, error.__traceback__)
            raise
        return DataAndFiles(fields, {FIELD: handler.incoming})

    def _receive(
        self, meta: Any, stream: CountingStream, handler: StoreUploadHandler, length: int
    ) -> Any:
        try:
            fields, _ = DjangoMultiPartParser(meta, cast(Any, stream), [handler]).parse()
        except MultiPartParserError as error:
            raise ParseError(str(error)) from error
        if stream.read_bytes < length or _last_line(meta) not in stream.tail:
            raise CutOff
        if handler.incoming is None:
            raise FileMissing
        if handler.incoming.size_bytes == 0:
            raise Empty
        return fields
