"""Videos and the wishes about them."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.parsers import FormParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import ViewSet

from apps.upload import selectors, services
from apps.upload.api import operations
from apps.upload.api.listing import documents_of_page
from apps.upload.api.parsers import VideoParser
from apps.upload.api.repeating import Keep, answer_once, claimed
from apps.upload.api.serializers import (
    NothingSerializer,
    OptionsSerializer,
    RenameSerializer,
    RetrySerializer,
    UploadSerializer,
    VideoSerializer,
)
from apps.upload.api.wishes import options_from
from apps.upload.exceptions import FileMissing
from apps.upload.models import KeptAnswer, Video, VideoState
from apps.upload.receiving import (
    FIELD,
    IncomingVideo,
    accept,
    check_announced,
    is_multipart,
    postpone_check,
    under_way,
)
from frameflow.api.conditions import versioned
from frameflow.api.parsers import JSONParser
from frameflow.api.requests import fields_of, owner_of


@operations.videos
class VideoViewSet(ViewSet):
    """Upload a video (multipart, field `file` and options), follow it, ask for more of it."""

    parser_classes = [JSONParser, FormParser, VideoParser]
    lookup_value_converter = "uuid"
    #: The answer that belongs to this request's Idempotency-Key, before its body is read.
    kept: KeptAnswer | None = None
    #: What the body of an action holds; the browsable API makes its forms of them.
    bodies: dict[str, type[BaseSerializer[Any]]] = {
        "create": UploadSerializer,
        "partial_update": RenameSerializer,
        "retry": RetrySerializer,
        "extractions": OptionsSerializer,
    }

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """A body on its way into the store is looked at while it arrives, not before."""
        creates = request.method == "POST" and self.action_map.get("post") == "create"
        if creates and is_multipart(request):
            postpone_check(request)
        return super().initialize_request(request, *args, **kwargs)

    def get_serializer(self, *args: Any, **kwargs: Any) -> BaseSerializer[Any]:
        """Return what the body of this action holds."""
        return self.bodies.get(self.action, NothingSerializer)(*args, **kwargs)

    def list(self, request: Request) -> HttpResponseBase:
        """Return your videos, the newest first."""
        return versioned(request, documents_of_page(request))

    def create(self, request: Request) -> Response:
        """Take a video in and start its first extraction."""
        check_announced(request._request)
        with under_way(owner_of(request)):
            self.kept = claimed(request)
            return answer_once(request, partial(self._take_in, request), self.kept)

    def _take_in(self, request: Request, keep: Keep) -> Response:
        fields = fields_of(request)
        incoming = fields.get(FIELD)
        if not isinstance(incoming, IncomingVideo):
            raise FileMissing
        answers: list[Response] = []
        video = accept(
            incoming,
            lambda: options_from(fields),
            then=lambda video: answers.append(keep(self._created(request, video.pk))),
        )
        return answers[0] if answers else self._created(request, video.pk)  # 404: deleted meanwhile

    def _created(self, request: Request, pk: UUID) -> Response:
        document = self._document(request, self._own(request, pk))
        headers = {"Location": document["links"]["self"]}
        return Response(document, status.HTTP_201_CREATED, headers=headers)

    def retrieve(self, request: Request, pk: UUID) -> HttpResponseBase:
        """Return one video."""
        return versioned(request, self._document(request, self._own(request, pk)))

    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Give a video another name."""
        self._own(request, pk)
        if "name" in (body := self._body(request, partial=True)):
            services.rename_video(video_id=pk, name=body["name"])
        return Response(self._document(request, self._own(request, pk)))

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
        return self._wish(
            request,
            pk,
            lambda: services.retry_extraction(video_id=pk, run=self._body(request).get("run")),
        )

    @action(detail=True, methods=["post"])
    def extractions(self, request: Request, pk: UUID) -> Response:
        """Extract again, with other options; the old result stays until the new one is ready."""
        return self._wish(
            request,
            pk,
            lambda: services.extract_again(video_id=pk, options=options_from(fields_of(request))),
        )

    def _wish(self, request: Request, pk: UUID, act: Callable[[], object]) -> Response:
        def act_and_keep(keep: Keep) -> Response:
            with services.one_answer():
                act()
                return keep(self._accepted(request, pk))

        self._own(request, pk)
        return answer_once(request, act_and_keep, claimed(request))

    def _own(self, request: Request, pk: UUID) -> Video:
        return selectors.get_video(video_id=pk, owner_id=owner_of(request))

    def _body(self, request: Request, *, partial: bool = False) -> Any:
        body = self.get_serializer(data=fields_of(request), partial=partial)
        body.is_valid(raise_exception=True)
        return body.validated_data

    def _document(self, request: Request, video: Video) -> dict[str, Any]:
        return dict(VideoSerializer(video, context={"request": request}).data)

    def _accepted(self, request: Request, pk: UUID) -> Response:
        return Response(self._document(request, self._own(request, pk)), status.HTTP_202_ACCEPTED)
