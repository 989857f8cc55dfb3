"""What the schema says of the answers that are objects of the store."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from apps.download.api.contents import IMAGE_TYPES
from apps.download.api.serializers import ManifestSerializer
from frameflow.api.schema import problems

ZIP_TYPES = ("application/zip",)
THUMB_TYPES = (IMAGE_TYPES["webp"],)

_RANGE = OpenApiParameter("Range", str, "header", description="Such as `bytes=0-1023`.")
_IF_RANGE = OpenApiParameter("If-Range", str, "header", description="The ETag of the part at hand.")
_IF_NONE_MATCH = OpenApiParameter("If-None-Match", str, "header", description="An ETag at hand.")
#: Headers that every object understands.
CONDITIONS = [_RANGE, _IF_RANGE, _IF_NONE_MATCH]

#: What is not there yet, and what has expired.
NOT_READY = problems(409, 410)
_OF_OBJECTS = {
    304: OpenApiResponse(description="You have this version already."),
    **NOT_READY,
    **problems(412, 416),
}


def object_answers(*media_types: str) -> dict[Any, Any]:
    """Return the good answers with an object of one of these types."""
    whole = {(200, each): OpenApiTypes.BINARY for each in media_types}
    part = {(206, each): OpenApiTypes.BINARY for each in media_types}
    return {**whole, **part, **_OF_OBJECTS}


def zip_answers() -> dict[Any, Any]:
    """Return the good answers with the ZIP; a store with links of its own may give it out."""
    elsewhere = OpenApiResponse(description="The ZIP is at `Location`, for five minutes.")
    return {**object_answers(*ZIP_TYPES), 302: elsewhere}


def manifest_answers() -> dict[Any, Any]:
    """Return the good answers with the manifest; a part of it is bytes."""
    return {
        (200, "application/json"): ManifestSerializer,
        (200, "text/csv"): OpenApiTypes.STR,
        **{(206, each): OpenApiTypes.BINARY for each in ("application/json", "text/csv")},
        **_OF_OBJECTS,
    }
