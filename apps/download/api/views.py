"""What a person can download: the ZIP, the manifest, the frames."""

from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.download import selectors, services
from apps.download.api.contents import (
    image_content,
    manifest_content,
    thumb_content,
    zip_content,
)
from apps.download.api.documents import between, frame_document
from apps.download.api.pagination import FrameCursor
from frameflow.api.objects import AnyAccept, object_response
from frameflow.api.requests import owner_of
from frameflow.exceptions import Invalid
from frameflow.storage import store


class ZipView(APIView):
    """The ZIP of the newest ready extraction; `Range` and `If-None-Match` are understood."""

    content_negotiation_class = AnyAccept

    def get(self, request: Request, video_id: UUID) -> HttpResponseBase:
        """Return the ZIP; files that are downloaded live longer."""
        archive = selectors.get_archive(video_id=video_id, owner_id=owner_of(request))
        answer = object_response(request, zip_content(archive), read=store().read)
        if request.method == "GET" and answer.status_code in (200, 206):
            services.extend_expiry(archive=archive, at=timezone.now())
        return answer


class ManifestView(APIView):
    """The manifest of the newest ready extraction."""

    content_negotiation_class = AnyAccept

    def get(self, request: Request, video_id: UUID) -> HttpResponseBase:
        """Return it as JSON, or with `?format=csv` as CSV."""
        extension = request.query_params.get("format", "json")
        if extension not in ("json", "csv"):
            raise Invalid(errors=[{"path": "format", "message": "Either json or csv."}])
        archive = selectors.get_archive(video_id=video_id, owner_id=owner_of(request))
        content = manifest_content(archive, extension)
        return object_response(request, content, read=store().read)


class FramesView(APIView):
    """The frames of the newest ready extraction, or those stored so far by the first."""

    def get(self, request: Request, video_id: UUID) -> Response:
        """Return a page of frames in order of time."""
        frames = between(
            selectors.list_frames(video_id=video_id, owner_id=owner_of(request)), request
        )
        cursor = FrameCursor(request)
        rows = [frame_document(each, video_id, request) for each in cursor.page_of(frames)]
        return Response(cursor.document(frames, rows))


class FrameView(APIView):
    """One frame."""

    def get(self, request: Request, video_id: UUID, index: int) -> Response:
        """Return what is known of a frame."""
        return Response(frame_document(_frame(request, video_id, index), video_id, request))


class FrameImageView(APIView):
    """The image of a frame."""

    content_negotiation_class = AnyAccept

    def get(self, request: Request, video_id: UUID, index: int) -> HttpResponseBase:
        """Return the image in the format that was wished for."""
        content = image_content(_frame(request, video_id, index))
        return object_response(request, content, read=store().read)


class FrameThumbView(APIView):
    """The small image of a frame."""

    content_negotiation_class = AnyAccept

    def get(self, request: Request, video_id: UUID, index: int) -> HttpResponseBase:
        """Return the small image (WebP)."""
        content = thumb_content(_frame(request, video_id, index))
        return object_response(request, content, read=store().read)


def _frame(request: Request, video_id: UUID, index: int) -> selectors.Frame:
    return selectors.get_frame(video_id=video_id, owner_id=owner_of(request), index=index)
