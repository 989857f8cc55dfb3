"""Refusals outside REST framework's views: a problem below `/api/`, a page elsewhere."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from frameflow.api.problems import MEDIA_TYPE, Problem

AGAIN_AFTER_S = 10


def answer(request: HttpRequest, problem: Problem, *, is_bare: bool = False) -> HttpResponse:
    """Return a problem to whoever asked: JSON to programs, HTML to people. A bare page knows
    nothing of who asks, and is the same for everybody."""
    headers = problem.headers()
    if request.path.startswith("/api/"):
        document = problem.document(request.path)
        return JsonResponse(
            document, status=problem.status, headers=headers, content_type=MEDIA_TYPE
        )
    if problem.status >= 500:  # the page comes back by itself, and asks no database who looks
        headers["Refresh"] = str(AGAIN_AFTER_S)
    page = render_to_string(
        "problem.html",
        {"problem": problem, "again_after_s": AGAIN_AFTER_S},
        request=None if is_bare or problem.status >= 500 else request,
    )
    return HttpResponse(page, status=problem.status, headers=headers)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`handler400`."""
    return answer(request, Problem.of_status(400))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`handler403`."""
    return answer(request, Problem.of_status(403))


def open_too_long(request: HttpRequest, reason: str = "") -> HttpResponse:
    """`CSRF_FAILURE_VIEW`: nearly always a page from before the last log in."""
    problem = Problem.of_status(
        403,
        code="csrf_failed",
        title=_("This page was open too long."),
        action=_("Load it again; nothing is lost."),
        retryable=True,
    )
    return answer(request, problem)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`handler404`."""
    return answer(request, Problem.of_status(404))


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    """`handler500`; Django has logged the exception."""
    return answer(request, Problem.of_status(500))
