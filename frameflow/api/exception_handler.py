"""From any exception in a view to one problem document."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404, UnreadablePostError
from rest_framework import exceptions
from rest_framework.renderers import BrowsableAPIRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from frameflow.api.problems import MEDIA_TYPE, Problem, flatten
from frameflow.exceptions import FrameFlowError

log = logging.getLogger(__name__)

_STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (Http404, 404),
    (PermissionDenied, 403),
    (RequestDataTooBig, 413),
    (SuspiciousOperation, 400),
    (UnreadablePostError, 400),
    (OperationalError, 503),
    (InterfaceError, 503),
)


class ProblemRenderer(JSONRenderer):
    """JSON under the media type of problems."""

    media_type = MEDIA_TYPE


def problem(error: Exception, context: dict[str, Any]) -> Response:
    """Answer a request whose view raised `error`: REST framework's EXCEPTION_HANDLER."""
    request: Request = context["request"]
    found = problem_of(error)
    if found.status >= 500:
        _record(error, request, found.status)
    _answer_as_problem(request)
    headers = found.headers()
    if found.status == 401:
        headers["WWW-Authenticate"] = getattr(error, "auth_header", 'Bearer realm="api"')
    return Response(found.document(request.path), status=found.status, headers=headers)


def problem_of(error: Exception) -> Problem:
    """Return the problem that an exception stands for; 500 without detail for the unforeseen."""
    if isinstance(error, FrameFlowError):
        return Problem.of_error(error)
    if isinstance(error, DjangoValidationError):
        return _validation_problem(
            error.message_dict if hasattr(error, "error_dict") else error.messages
        )
    if isinstance(error, exceptions.APIException):
        return _api_problem(error)
    for kind, status in _STATUSES:
        if isinstance(error, kind):
            return Problem.of_status(status)
    return Problem.of_status(500)


def _api_problem(error: exceptions.APIException) -> Problem:
    if isinstance(error, exceptions.ValidationError):
        return _validation_problem(error.detail)
    more: dict[str, Any] = {"detail": error.detail}
    if isinstance(error.detail, dict):  # simplejwt's way: {"detail", "code", ...}
        more["detail"] = error.detail.get("detail", "")
    if isinstance(error, exceptions.AuthenticationFailed):
        more["code"] = _code_of(error)
    if isinstance(error, exceptions.Throttled):
        more["retry_after_s"] = getattr(error, "wait", None)
    return Problem.of_status(error.status_code, **more)


def _code_of(error: exceptions.APIException) -> str:
    detail = error.detail
    named = detail.get("code") if isinstance(detail, dict) else getattr(detail, "code", None)
    return str(named or error.default_code)


def _validation_problem(detail: Any) -> Problem:
    errors = list(flatten(detail))
    return Problem.of_status(422, detail=errors[0]["message"] if errors else "", errors=errors)


def _answer_as_problem(request: Request) -> None:
    """Whatever was asked for (CSV, an image), a problem is JSON; people keep the HTML page."""
    if not isinstance(getattr(request, "accepted_renderer", None), BrowsableAPIRenderer):
        request.accepted_renderer = ProblemRenderer()
        request.accepted_media_type = MEDIA_TYPE


def _record(error: Exception, request: Request, status: int) -> None:
    """A part that is away is a warning; what nobody foresaw is an error with its traceback."""
    if status == 503:
        log.warning("api.unavailable", extra={"path": request.path, "reason": str(error)})
    else:
        log.error("api.failed", exc_info=error, extra={"path": request.path})
