"""Uploads that can be resumed: tus 1.0.0."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from apps.upload import selectors, services
from apps.upload.api import operations, tus
from apps.upload.api.repeating import Keep, answer_once, claimed
from apps.upload.api.serializers import ArrivingSerializer
from apps.upload.api.wishes import options_from
from apps.upload.models import Video, VideoState
from apps.upload.receiving import abandon, check_accepted, settled, take_piece, under_way
from frameflow.api.requests import owner_of

#: What senders say of a file beside its options.
OF_THE_FILE = {"filename", "filetype", "name", "type", "relativePath"}


class TusView(APIView):
    """Speaks the protocol in every answer, refusals among them."""

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Read the method that is meant, before anybody asks who may use it."""
        tus.take_method(request)
        return super().initialize_request(request, *args, **kwargs)

    def get_permissions(self) -> Any:
        """What is spoken here, everybody may ask."""
        return [] if self.request.method == "OPTIONS" else super().get_permissions()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Look at who asks, then at what they speak."""
        super().initial(request, *args, **kwargs)
        method = str(request.method).lower()
        if method not in ("get", "options") and hasattr(self, method):
            tus.check_version(request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say what is spoken."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Tus-Resumable"] = tus.VERSION
        if response.status_code == status.HTTP_412_PRECONDITION_FAILED:
            response["Tus-Version"] = tus.VERSION
        return response

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Say what can be done here."""
        return Response(status=status.HTTP_204_NO_CONTENT, headers=tus.abilities())


class UploadsView(TusView):
    """Begin an upload; its address comes in `Location`."""

    @operations.begin_upload
    def post(self, request: Request) -> Response:
        """Reserve the space for a video, and take its first piece where one comes along."""
        said = [request.headers.get(name, "") for name in ("Upload-Length", "Upload-Metadata")]
        with under_way(owner_of(request)):
            answer = answer_once(request, partial(_begun, request), claimed(request), said=said)
        pk = UUID(answer.data["id"])
        check_accepted(selectors.get_upload(video_id=pk, owner_id=owner_of(request)))
        headers = {**dict(answer.items()), **_answer(request, pk)}
        return Response(status=status.HTTP_201_CREATED, headers=headers)


class UploadView(TusView):
    """One upload: where it stands (HEAD), its next piece (PATCH), its end (DELETE)."""

    @operations.look_at_upload
    def get(self, request: Request, pk: UUID) -> Response:
        """Return where an upload stands, for people and plain programs."""
        document = ArrivingSerializer(_own(request, pk), context={"request": request}).data
        return Response(document, headers={"Cache-Control": "no-store"})

    def head(self, request: Request, pk: UUID) -> Response:
        """Say where an upload stands; a request that was cut has its moment to save what came."""
        with under_way(owner_of(request)):
            video = _settled(request, pk)
        headers = {**_answer(request, pk), "Upload-Length": str(video.length_bytes)}
        if video.metadata:
            headers["Upload-Metadata"] = video.metadata
        return Response(headers={**headers, "Cache-Control": "no-store"})

    @operations.send_piece
    def patch(self, request: Request, pk: UUID) -> Response:
        """Take the next piece; what came before a cut is kept."""
        video = _own(request, pk)
        offset_bytes, checksum = tus.offset_of(request), tus.checksum_of(request)
        piece_bytes = tus.piece_of(request, max((video.length_bytes or 0) - offset_bytes, 0))
        with under_way(video.owner_id):
            _take(request, video, offset_bytes, piece_bytes, checksum)
        return Response(status=status.HTTP_204_NO_CONTENT, headers=_answer(request, pk))

    @operations.end_upload
    def delete(self, request: Request, pk: UUID) -> Response:
        """End an upload; nothing of it stays, also not of the video where all of it had come."""
        _own(request, pk)
        services.delete_video(video_id=pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _own(request: Request, pk: UUID) -> Video:
    """Return an upload that is still one; its refusal where it was refused, or has expired."""
    video = selectors.get_upload(video_id=pk, owner_id=owner_of(request))
    check_accepted(video)
    return video


def _settled(request: Request, pk: UUID) -> Video:
    """Return an upload, waited for where the request has one of the many threads."""
    look = partial(_own, request, pk)
    return settled(look) if request.META["REQUEST_METHOD"] == "HEAD" else look()


def _begun(request: Request, keep: Keep) -> Response:
    """Reserve the space, and take the first piece where one comes along. What is kept under a key
    is where the upload is; where it stands is asked anew."""
    length_bytes, said = tus.length_of(request), tus.metadata_of(request)
    has_piece = int(request.headers.get("Content-Length") or 0) > 0
    piece_bytes = tus.piece_of(request, length_bytes) if has_piece else 0
    checksum = tus.checksum_of(request) if has_piece else None
    with services.one_answer():
        video, answer = _reserved(request, length_bytes, said, keep)
    if has_piece:
        try:
            _take(request, video, 0, piece_bytes, checksum)
        except BaseException:  # nobody is told its address
            abandon(video.pk)
            raise
    return answer


def _reserved(
    request: Request, length_bytes: int, said: Mapping[str, str], keep: Keep
) -> tuple[Video, Response]:
    video = services.begin_pieces(
        owner_id=owner_of(request),
        name=said.get("filename") or said.get("name", ""),
        length_bytes=length_bytes,
        options=options_from(_options_in(said)),
        metadata=request.headers.get("Upload-Metadata", ""),
        at=timezone.now(),
    )
    here = reverse("upload-detail", kwargs={"pk": video.pk}, request=request)
    document, headers = {"id": str(video.pk)}, {"Location": here}
    return video, keep(Response(document, status.HTTP_201_CREATED, headers=headers))


def _take(
    request: Request, video: Video, offset_bytes: int, piece_bytes: int, checksum: Any
) -> None:
    is_whole = video.state == VideoState.STORED and video.offset_bytes == offset_bytes
    if is_whole and piece_bytes == 0:  # nothing comes, and nothing is missing
        return
    leased = services.take_lease(video_id=video.pk, offset_bytes=offset_bytes)
    stream: Any = request._request
    take_piece(stream, video=leased, announced_bytes=piece_bytes, checksum=checksum)


def _answer(request: Request, pk: UUID) -> dict[str, str]:
    video = selectors.get_upload(video_id=pk, owner_id=owner_of(request))
    page = reverse("video-detail", kwargs={"pk": pk}, request=request)
    return {**tus.standing(video), "X-Video-Url": page}


def _options_in(said: Mapping[str, str]) -> QueryDict:
    """Return the options as a form has them."""
    form = QueryDict(mutable=True)
    form.update({name: value for name, value in said.items() if name not in OF_THE_FILE})
    return form
