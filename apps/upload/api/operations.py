"""What each operation of upload takes and says, for the description in OpenAPI."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)

from apps.upload.api.serializers import (
    ArrivingSerializer,
    LimitsSerializer,
    ListQuery,
    OptionsSerializer,
    RenameSerializer,
    RetrySerializer,
    UploadSerializer,
    VideoPageSerializer,
    VideoSerializer,
)
from frameflow.api.schema import problems

Describe = Callable[[Any], Any]
TAGS = ["videos"]
PIECE = "application/offset+octet-stream"
EVENT_STREAM = (200, "text/event-stream")


def _header(name: str, description: str, *of: int) -> OpenApiParameter:
    """Return a header of the request, or of the answers `of` these statuses."""
    response = list(of) or False
    return OpenApiParameter(name, str, "header", description=description, response=response)


_KNOWN = _header("If-None-Match", "A version that you have: 304 where it is the present one.")
_VERSION = _header("ETag", "The version of the document.", 200)
_KEY = _header("Idempotency-Key", "The same request with the same key acts once, for 24 hours.")
_REPLAYED = _header("Idempotent-Replayed", "`true`: the first answer again.", 201, 202)
_LOCATION = _header("Location", "The address of the video.", 201)
_LAST = _header("Last-Event-ID", "The `id` of the last event that you heard.")
_SAME = OpenApiResponse(description="You have this version.")
_GONE = OpenApiResponse(description="Done; there is nothing left to show.")
_EVENTS = OpenApiResponse(
    OpenApiTypes.STR,
    description="`event: video` with the Video document, `event: gone` with the id of one deleted.",
)

videos: Describe = extend_schema_view(
    list=extend_schema(
        summary="List your videos",
        parameters=[ListQuery, _KNOWN, _VERSION],
        responses={200: VideoPageSerializer, 304: _SAME, **problems(404, 412)},
        tags=TAGS,
    ),
    create=extend_schema(
        summary="Upload a video",
        parameters=[_KEY, _LOCATION, _REPLAYED],
        request={"multipart/form-data": UploadSerializer},
        responses={201: VideoSerializer, **problems(409, 503)},
        tags=TAGS,
    ),
    retrieve=extend_schema(
        summary="Look at a video",
        parameters=[_KNOWN, _VERSION],
        responses={200: VideoSerializer, 304: _SAME, **problems(412)},
        tags=TAGS,
    ),
    partial_update=extend_schema(
        summary="Rename a video",
        request=RenameSerializer,
        responses={200: VideoSerializer},
        tags=TAGS,
    ),
    destroy=extend_schema(summary="Delete a video", responses={204: _GONE}, tags=TAGS),
    cancel=extend_schema(
        operation_id="videos_cancel",
        summary="Cancel the extraction at work",
        request=None,
        responses={202: VideoSerializer, 204: _GONE},
        tags=TAGS,
    ),
    retry=extend_schema(
        operation_id="videos_retry",
        summary="Try the newest extraction again",
        parameters=[_KEY, _REPLAYED],
        request=RetrySerializer,
        responses={202: VideoSerializer, **problems(409)},
        tags=TAGS,
    ),
    extractions=extend_schema(
        operation_id="videos_extract_again",
        summary="Extract again, with other options",
        parameters=[_KEY, _REPLAYED],
        request=OptionsSerializer,
        responses={202: VideoSerializer, **problems(409)},
        tags=TAGS,
    ),
)

video_events: Describe = extend_schema(
    operation_id="videos_follow",
    summary="Follow a video",
    parameters=[_LAST],
    responses={EVENT_STREAM: _EVENTS},
    tags=TAGS,
)

events: Describe = extend_schema(
    operation_id="videos_follow_list",
    summary="Follow the videos that the list shows",
    parameters=[ListQuery, _LAST],
    responses={EVENT_STREAM: _EVENTS, **problems(404)},
    tags=TAGS,
)

limits: Describe = extend_schema(
    operation_id="limits",
    summary="What can be sent at all",
    responses={200: LimitsSerializer},
    tags=TAGS,
)

_VERSION_OF_TUS = _header("Tus-Resumable", "The version of the protocol, `1.0.0`.", 201, 204)
_OFFSET = _header("Upload-Offset", "How many bytes are here.", 201, 204)
_EXPIRES = _header("Upload-Expires", "When the upload ends unless more of it comes.", 201, 204)
_VIDEO = _header("X-Video-Url", "The address of the video that it becomes.", 201, 204)
_STANDING = [_VERSION_OF_TUS, _OFFSET, _EXPIRES, _VIDEO]


def _said(name: str, description: str, *, required: bool = False) -> OpenApiParameter:
    return OpenApiParameter(name, str, "header", description=description, required=required)


_SPOKEN = _said("Tus-Resumable", "`1.0.0`.", required=True)
_CHECKSUM = _said("Upload-Checksum", "An algorithm and the digest in Base64, `sha256 …`.")

begin_upload: Describe = extend_schema(
    operation_id="uploads_begin",
    summary="Begin an upload that can be resumed (tus 1.0.0)",
    parameters=[
        _SPOKEN,
        _said("Upload-Length", "The size of the video in bytes.", required=True),
        _said("Upload-Metadata", "`filename` and the options, values in Base64.", required=True),
        _header("Location", "The address of the upload.", 201),
        *_STANDING,
        _KEY,
        _REPLAYED,
    ],
    request={PIECE: OpenApiTypes.BINARY},
    responses={
        201: OpenApiResponse(description="Send its pieces now."),
        **problems(400, 409, 412, 413, 415, 422),
    },
    tags=TAGS,
)

look_at_upload: Describe = extend_schema(
    operation_id="uploads_look",
    summary="Look where an upload stands",
    responses={200: ArrivingSerializer, **problems(410, 422)},
    tags=TAGS,
)

send_piece: Describe = extend_schema(
    operation_id="uploads_send",
    summary="Send the next piece of an upload",
    parameters=[
        _SPOKEN,
        _said("Upload-Offset", "Where the piece begins.", required=True),
        _CHECKSUM,
        *_STANDING,
    ],
    request={PIECE: OpenApiTypes.BINARY},
    responses={
        204: OpenApiResponse(description="It is here."),
        **problems(409, 410, 412, 423, 460),
    },
    tags=TAGS,
)

end_upload: Describe = extend_schema(
    operation_id="uploads_end",
    summary="End an upload",
    parameters=[_SPOKEN, _VERSION_OF_TUS],
    responses={204: _GONE, **problems(410, 412, 422)},
    tags=TAGS,
)
