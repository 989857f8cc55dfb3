"""Videos and the wishes about them."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.parsers import FormParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from apps.upload import selectors, services
from apps.upload.api.documents import video_document
from apps.upload.api.parsers import VideoParser
from apps.upload.api.wishes import options_from
from apps.upload.exceptions import FileMissing
from apps.upload.models import Video, VideoState
from apps.upload.receiving import (
    FIELD,
    IncomingVideo,
    accept,
    check_announced,
    is_multipart,
    postpone_check,
)
from frameflow.api.pagination import PageNumbers
from frameflow.api.parsers import JSONParser
from frameflow.api.requests import fields_of, owner_of
from frameflow.exceptions import Invalid


class VideoViewSet(ViewSet):
    """Upload a video (multipart, field `file` and options), follow it, ask for more of it."""

    parser_classes = [JSONParser, FormParser, VideoParser]
    lookup_value_converter = "uuid"

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """A body on its way into the store is looked at while it arrives, not before."""
        creates = request.method == "POST" and self.action_map.get("post") == "create"
        if creates and is_multipart(request):
            postpone_check(request)
        return super().initialize_request(request, *args, **kwargs)

    def list(self, request: Request) -> Response:
        """Return your videos, the newest first."""
        pages = PageNumbers()
        page = pages.paginate_queryset(
            selectors.list_videos(owner_id=owner_of(request)), request, view=self
        )
        return pages.get_paginated_response(
            [video_document(video, request) for video in page or []]
        )

    def create(self, request: Request) -> Response:
        """Take a video in and start its first extraction."""
        check_announced(request._request)
        fields = fields_of(request)
        incoming = fields.get(FIELD)
        if not isinstance(incoming, IncomingVideo):
            raise FileMissing
        video = accept(incoming, lambda: options_from(fields))
        document = self._document(request, video.pk)
        headers = {"Location": document["links"]["self"]}
        return Response(document, status.HTTP_201_CREATED, headers=headers)

    def retrieve(self, request: Request, pk: UUID) -> Response:
        """Return one video."""
        return Response(self._document(request, pk))

    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Give a video another name."""
        self._own(request, pk)
        name = fields_of(request).get("name")
        if not isinstance(name, str) or not name.strip():
            raise Invalid(errors=[{"path": "name", "message": "A name is needed."}])
        services.rename_video(video_id=pk, name=name)
        return Response(self._document(request, pk))

    def destroy(self, request: Request, pk: UUID) -> Response:
        """Delete a video, its frames and its ZIP; running work is cancelled."""
        self._own(request, pk)
        services.delete_video(video_id=pk)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: UUID) -> Response:
        """Stop the extraction at work; the video is kept. Repeatable without harm."""
        self._own(request, pk)
        video = services.cancel_video(video_id=pk)
        if video.state == VideoState.DELETED:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return self._accepted(request, pk)

    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: UUID) -> Response:
        """Try the newest extraction again. `run` names the run that failed."""
        self._own(request, pk)
        services.retry_extraction(video_id=pk, run=_run(fields_of(request).get("run")))
        return self._accepted(request, pk)

    @action(detail=True, methods=["post"])
    def extractions(self, request: Request, pk: UUID) -> Response:
        """Extract again, with other options; the old result stays until the new one is ready."""
        self._own(request, pk)
        services.extract_again(video_id=pk, options=options_from(fields_of(request)))
        return self._accepted(request, pk)

    def _own(self, request: Request, pk: UUID) -> Video:
        return selectors.get_video(video_id=pk, owner_id=owner_of(request))

    def _document(self, request: Request, pk: UUID) -> dict[str, Any]:
        return video_document(self._own(request, pk), request)

    def _accepted(self, request: Request, pk: UUID) -> Response:
        return Response(self._document(request, pk), status.HTTP_202_ACCEPTED)


def _run(value: Any) -> int | None:
    if value in (None, ""):
        return None
    try:
        return _positive(value)
    except (TypeError, ValueError, OverflowError):
        raise Invalid(errors=[{"path": "run", "message": "A whole number is needed."}]) from None


def _positive(value: Any) -> int:
    """Return a whole number from 1; `ValueError` for anything else."""
    number = int(value)
    if number < 1:
        raise ValueError(number)
    return number
