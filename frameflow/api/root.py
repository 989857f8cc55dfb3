"""Where a developer begins."""

from collections.abc import Iterable, Iterator

from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

PREFIX = "api/v1/"
ADDRESSES = {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}


class RootView(APIView):
    """Frame Flow: upload a video, get exactly the frames you asked for, as a ZIP."""

    permission_classes = [AllowAny]

    def get_view_name(self) -> str:
        """Return the title of the page."""
        return "Frame Flow"

    @extend_schema(
        operation_id="root",
        summary="The addresses to begin with",
        responses={200: ADDRESSES},
        tags=["api"],
    )
    def get(self, request: Request) -> Response:
        """Return the addresses to begin with."""
        here = request.build_absolute_uri(request.path)
        return Response({door.rstrip("/"): f"{here}{door}" for door in doors()})


def doors() -> list[str]:
    """Return every path below here that can be asked for without knowing the id of anything."""
    below = (each.removeprefix(PREFIX) for each in _routes(get_resolver().url_patterns))
    return sorted({each for each in below if each and "<" not in each})


def _routes(patterns: Iterable[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for each in patterns:
        route = f"{before}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from _routes(each.url_patterns, route)
        elif route.startswith(PREFIX):
            yield route
