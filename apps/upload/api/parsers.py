"""Bodies of the API that are no JSON."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import IO, Any
from uuid import UUID

from rest_framework.authentication import SessionAuthentication
from rest_framework.parsers import DataAndFiles, MultiPartParser

from apps.upload import services
from apps.upload.models import KeptAnswer
from apps.upload.receiving import FIELD, Heard, IncomingVideo, receive


class VideoParser(MultiPartParser):
    """Parses `multipart/form-data`; the file arrives as `data["file"]`, an `IncomingVideo`."""

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> "DataAndFiles[Any, Any]":
        """Return the fields and the video; only the door that takes videos gets any."""
        context = parser_context or {}
        if context["view"].action != "create":
            return super().parse(stream, media_type, parser_context)
        request = context["request"]
        by_session = isinstance(request.successful_authenticator, SessionAuthentication)
        form = receive(
            request._request,
            stream,
            owner_id=request.user.pk,
            checks_token=by_session,
            begin=_begin_for(context["view"].kept),
        )
        return DataAndFiles(form.fields, {FIELD: form.video})


def _begin_for(kept: KeptAnswer | None) -> Callable[[UUID, str, int], Heard]:
    """A file that was answered before is only compared; it needs no space and no store."""
    if kept is None:
        return IncomingVideo
    if kept.is_answered:
        return Heard
    return partial(IncomingVideo, note=partial(services.note_alive, kept=kept))
