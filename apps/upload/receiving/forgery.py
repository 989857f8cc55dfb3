"""Was this form ours? Django's own answer, asked while the body arrives.

Django's check reads the whole body for the token. Here the origin is looked at before the first
byte, and the token at the head of the file: a form carries it before its file.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import RejectRequest
from django.utils.datastructures import MultiValueDict
from django.utils.http import parse_header_parameters
from rest_framework.authentication import CSRFCheck

from apps.upload.exceptions import FormNotOurs


def is_multipart(request: HttpRequest) -> bool:
    """Return whether the body is a form with files."""
    media_type, _ = parse_header_parameters(request.META.get("CONTENT_TYPE", ""))
    return media_type == "multipart/form-data"


def postpone_check(request: HttpRequest) -> None:
    """Keep the authentication by session from reading the body for a token: `receive` looks.

    The flag is that of Django's own middleware.
    """
    request.csrf_processing_done = True  # type: ignore[attr-defined]


def refuse_other_origins(request: HttpRequest) -> None:
    """Raise `FormNotOurs` for a form of another site; asked before the body is read."""
    if getattr(request, "_dont_enforce_csrf_checks", False):
        return
    check = _check()
    if "HTTP_ORIGIN" in request.META:
        if not check._origin_verified(request):
            raise FormNotOurs
    elif request.is_secure():
        try:
            check._check_referer(request)
        except RejectRequest:
            raise FormNotOurs from None


def refuse_wrong_token(request: HttpRequest, fields: QueryDict) -> None:
    """Raise `FormNotOurs` unless the fields so far, or the header, hold the session's token."""
    request._post, request._files = fields, MultiValueDict()  # type: ignore[attr-defined]
    request.csrf_processing_done = False  # type: ignore[attr-defined]
    check = _check()
    check.process_request(request)
    if check.process_view(request, None, (), {}):
        raise FormNotOurs


def _check() -> Any:
    """Return Django's middleware, for its questions alone."""
    return CSRFCheck(lambda request: HttpResponse())
