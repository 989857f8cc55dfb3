"""Bodies of the API that are no JSON."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.authentication import SessionAuthentication
from rest_framework.parsers import DataAndFiles, MultiPartParser

from apps.upload.receiving import FIELD, receive


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
        form = receive(request._request, stream, owner_id=request.user.pk, checks_token=by_session)
        return DataAndFiles(form.fields, {FIELD: form.video})
