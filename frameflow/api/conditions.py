"""Answers that the client may have already: ETag, If-None-Match, If-Match (RFC 9110, 13)."""

from hashlib import sha256
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from frameflow.exceptions import PreconditionFailed


def version_of(document: Any) -> str:
    """Return what changes whenever a document does."""
    return sha256(JSONRenderer().render(document)).hexdigest()[:32]


def versioned(request: Request, document: Any) -> HttpResponseBase:
    """Answer with a document, or with 304 where the client has this version of it.

    The tag is weak: the same document may be compressed, or spaced, in more than one way.
    """
    response = Response(document)
    if not isinstance(request.accepted_renderer, JSONRenderer):
        return response
    etag = f'W/"{version_of(document)}"'
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    return unless_known(request, etag, response)


def unless_known(
    request: Request | HttpRequest, etag: str, response: HttpResponse
) -> HttpResponseBase:
    """Return `response`, or 304; raise `PreconditionFailed` where another version was asked for."""
    answer = get_conditional_response(request, etag=etag, response=response)
    if answer is not None and answer.status_code == 412:
        raise PreconditionFailed
    return answer or response
