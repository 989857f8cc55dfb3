"""What a person can download: the ZIP, the manifest, the frames."""

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from apps.download import selectors
from apps.download.api.annotations import (
    CONDITIONS,
    NOT_READY,
    THUMB_TYPES,
    manifest_answers,
    object_answers,
    zip_answers,
)
from apps.download.api.contents import (
    IMAGE_TYPES,
    image_content,
    manifest_content,
    thumb_content,
    zip_response,
)
from apps.download.api.pagination import FrameCursor
from apps.download.api.serializers import (
    FramePageSerializer,
    FrameSerializer,
    FramesQuery,
    ManifestQuery,
)
from frameflow.api.objects import AnyAccept, object_response
from frameflow.api.requests import owner_of
from frameflow.storage import store


class ZipView(APIView):
    """The ZIP of the newest ready extraction; `Range` and `If-None-Match` are understood."""

    content_negotiation_class = AnyAccept

    @extend_schema(summary="Download the ZIP", parameters=CONDITIONS, responses=zip_answers())
    def get(self, request: Request, video_id: UUID) -> HttpResponseBase:
        """Return the ZIP; files that are downloaded live longer."""
        archive = selectors.get_archive(video_id=video_id, owner_id=owner_of(request))
        return zip_response(request, archive)


class ManifestView(APIView):
    """The manifest of the newest ready extraction."""

    content_negotiation_class = AnyAccept

    @extend_schema(
        summary="Download the manifest",
        parameters=[ManifestQuery, *CONDITIONS],
        responses=manifest_answers(),
    )
    def get(self, request: Request, video_id: UUID) -> HttpResponseBase:
        """Return it as JSON, or with `?format=csv` as CSV."""
        query = _asked(ManifestQuery, request)
        archive = selectors.get_archive(video_id=video_id, owner_id=owner_of(request))
        content = manifest_content(archive, query["format"])
        return object_response(request, content, read=store().read)


class FramesView(APIView):
    """The frames of the newest ready extraction, or those stored so far by the first."""

    @extend_schema(
        operation_id="frames_list",
        summary="List the frames",
        parameters=[FramesQuery],
        responses={200: FramePageSerializer, **NOT_READY},
    )
    def get(self, request: Request, video_id: UUID) -> Response:
        """Return a page of frames in order of time."""
        query = _asked(FramesQuery, request)
        where = {name: query.pop(name) for name in ("cursor", "page_size")}
        frames = selectors.list_frames(video_id=video_id, owner_id=owner_of(request))
        chosen = selectors.frames_between(
            frames=frames, from_s=query.get("t__gte"), to_s=query.get("t__lt")
        )
        page = FrameCursor(request.build_absolute_uri(), **where).page_of(chosen)
        return _document(FramePageSerializer, page, request, video_id)


class FrameView(APIView):
    """One frame."""

    @extend_schema(operation_id="frames_retrieve", summary="Get a frame", responses=FrameSerializer)
    def get(self, request: Request, video_id: UUID, index: int) -> Response:
        """Return what is known of a frame."""
        return _document(FrameSerializer, _frame(request, video_id, index), request, video_id)


class FrameImageView(APIView):
    """The image of a frame."""

    content_negotiation_class = AnyAccept

    @extend_schema(
        summary="Download the image of a frame",
        parameters=CONDITIONS,
        responses=object_answers(*IMAGE_TYPES.values()),
    )
    def get(self, request: Request, video_id: UUID, index: int) -> HttpResponseBase:
        """Return the image in the format that was wished for."""
        content = image_content(_frame(request, video_id, index))
        return object_response(request, content, read=store().read)


class FrameThumbView(APIView):
    """The small image of a frame."""

    content_negotiation_class = AnyAccept

    @extend_schema(
        summary="Download the small image of a frame",
        parameters=CONDITIONS,
        responses=object_answers(*THUMB_TYPES),
    )
    def get(self, request: Request, video_id: UUID, index: int) -> HttpResponseBase:
        """Return the small image (WebP)."""
        content = thumb_content(_frame(request, video_id, index))
        return object_response(request, content, read=store().read)


def _frame(request: Request, video_id: UUID, index: int) -> selectors.Frame:
    return selectors.get_frame(video_id=video_id, owner_id=owner_of(request), index=index)


def _asked(kind: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    query = kind(data=request.query_params)
    query.is_valid(raise_exception=True)
    return dict(query.validated_data)


def _document(
    kind: type[Serializer[Any]], value: Any, request: Request, video_id: UUID
) -> Response:
    return Response(kind(value, context={"request": request, "video_id": video_id}).data)
