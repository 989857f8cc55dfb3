"""A multipart body straight into the store."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import IO, Any, Generic, TypeVar, cast
from uuid import UUID

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.http import parse_header_parameters

from apps.upload.exceptions import CutOff, Empty, FileMissing, LengthRequired, UnreadableForm
from apps.upload.receiving.forgery import refuse_other_origins, refuse_wrong_token
from apps.upload.receiving.incoming import Heard
from apps.upload.services.uploads import check_size

CHUNK_BYTES = 256 * 1024
TAIL_BYTES = 512  # the last boundary is at most 76 long, and little may follow it
ENVELOPE_BYTES = 1024 * 1024  # the fields around the file
FIELD = "file"


AnyHeard = TypeVar("AnyHeard", bound=Heard)


@dataclass(frozen=True)
class Received(Generic[AnyHeard]):
    """A form that came in whole: its fields, and the video that is not yet accepted."""

    fields: QueryDict
    video: AnyHeard


def receive(
    request: HttpRequest,
    stream: IO[bytes],
    *,
    owner_id: UUID,
    checks_token: bool,
    begin: Callable[[UUID, str, int], AnyHeard],
) -> Received[AnyHeard]:
    """Read a form with one file into what `begin` makes; whatever it raises, nothing is kept.

    With `checks_token` (who asks is known by a cookie) a form of another site is refused before
    the body is read, and one without the session's token before its file.
    """
    check_announced(request)
    if checks_token:
        refuse_other_origins(request)
    body = CountingStream(stream)
    form = _Form(request, body, checks_token, partial(begin, owner_id))
    try:
        return form.read()
    except BaseException as error:
        if form.handler.incoming is not None:
            form.handler.incoming.__exit__(type(error), error, error.__traceback__)
        raise


def check_announced(request: HttpRequest) -> None:
    """Raise `LengthRequired` or `TooLarge` before a byte is read, where that is certain."""
    if "CONTENT_LENGTH" not in request.META and "HTTP_TRANSFER_ENCODING" in request.META:
        raise LengthRequired
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length > settings.MAX_UPLOAD_BYTES + ENVELOPE_BYTES:
        check_size(length)


class OneFileHandler(FileUploadHandler, Generic[AnyHeard]):
    """Takes the one file of a request and refuses a second one."""

    chunk_size = CHUNK_BYTES

    def __init__(self, begin: Callable[[str], AnyHeard]) -> None:
        super().__init__()
        self._begin = begin
        self.incoming: AnyHeard | None = None

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        """Begin an upload; called at the head of each file part."""
        if field_name != FIELD or self.incoming is not None:
            raise FileMissing("Send exactly one file, in the field `file`.")
        super().new_file(field_name, file_name, *args, **kwargs)
        self.incoming = self._begin(file_name)

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


class _Form(Generic[AnyHeard]):
    """One body on its way."""

    def __init__(
        self,
        request: HttpRequest,
        stream: CountingStream,
        checks_token: bool,
        begin: Callable[[str, int], AnyHeard],
    ) -> None:
        self._request, self._stream = request, stream
        self._checks_token, self._begin_with = checks_token, begin
        self._length = int(request.META.get("CONTENT_LENGTH") or 0)
        self.handler = OneFileHandler(self._begin)

    def read(self) -> Received[AnyHeard]:
        try:
            self._parser = MultiPartParser(
                self._request.META, cast(Any, self._stream), [self.handler]
            )
            fields, _ = self._parser.parse()
        except MultiPartParserError as error:
            raise UnreadableForm(str(error)) from error
        if self.handler.incoming is None:  # else the token was looked at before the file
            self._check(fields)
        if self._stream.read_bytes < self._length or self._last_line() not in self._stream.tail:
            raise CutOff
        if self.handler.incoming is None:
            raise FileMissing
        if self.handler.incoming.size_bytes == 0:
            raise Empty
        return Received(fields, self.handler.incoming)

    def _begin(self, name: str) -> AnyHeard:
        self._check(cast(Any, self._parser)._post)  # the fields before the file
        return self._begin_with(name, min(self._length, settings.MAX_UPLOAD_BYTES))

    def _check(self, fields: QueryDict) -> None:
        if self._checks_token:
            refuse_wrong_token(self._request, fields)

    def _last_line(self) -> bytes:
        """Return what ends a whole body (RFC 2046, 5.1.1)."""
        _, parameters = parse_header_parameters(self._request.META["CONTENT_TYPE"])
        return f"--{parameters['boundary']}--".encode()
