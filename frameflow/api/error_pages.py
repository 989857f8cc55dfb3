"""Refusals outside REST framework's views: a problem below `/api/`, a short page elsewhere."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.html import format_html
from django.utils.translation import get_language

from frameflow.api.problems import MEDIA_TYPE, Problem

_PAGE = (
    '<!doctype html><html lang="{}"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{} · Frame Flow</title>'
    '<main><h1>{}</h1><p>{}</p><p><a href="/">Frame Flow</a></p></main></html>'
)


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return a problem to whoever asked: JSON to programs, HTML to people."""
    headers = problem.headers()
    if request.path.startswith("/api/"):
        document = problem.document(request.path)
        return JsonResponse(
            document, status=problem.status, headers=headers, content_type=MEDIA_TYPE
        )
    page = format_html(_PAGE, get_language() or "en", problem.title, problem.title, problem.action)
    return HttpResponse(page, status=problem.status, headers=headers)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`handler400`."""
    return answer(request, Problem.of_status(400))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`handler403`."""
    return answer(request, Problem.of_status(403))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`handler404`."""
    return answer(request, Problem.of_status(404))


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    """`handler500`; Django has logged the exception."""
    return answer(request, Problem.of_status(500))
