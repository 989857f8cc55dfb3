"""The OpenAPI description: what every operation shares, and the description itself.

Contexts annotate their endpoints with `extend_schema`; refusals have one shape (RFC 9457), and the
rules below say where which of them is named. https://spec.openapis.org/oas/v3.1.0
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import OpenApiResponse

from frameflow.api.problems import MEDIA_TYPE

METHODS = ("get", "head", "post", "put", "patch", "delete")


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "description": description}


#: RFC 9457, with our own members: code, action, retryable, errors.
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A refusal: what happened, what to do, and whether to try again.",
    "properties": {
        "type": _text("A name for `code`, as a URI."),
        "title": _text("What happened, for people."),
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _text("More of it, or empty."),
        "instance": _text("The path that was asked for."),
        "code": _text("Stable; in every language the same."),
        "action": _text("The next step, for people."),
        "retryable": {"type": "boolean", "description": "Whether it may succeed later."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "path": _text("The field; dots stand between steps."),
                    "message": _text("What is wrong with it, for people."),
                },
                "required": ["path", "message"],
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
PROBLEM["required"] = list(PROBLEM["properties"])
_REFERENCE = {"$ref": "#/components/schemas/Problem"}


def problems(*statuses: int) -> dict[Any, OpenApiResponse]:
    """Return the entries of `extend_schema(responses=…)` for refusals that an operation has of its
    own, such as 409 or 410; those that follow from its kind are added by rule."""
    return {
        (status, MEDIA_TYPE): OpenApiResponse(_REFERENCE, description=WORDS[status])
        for status in statuses
    }


WORDS = {
    400: "The request cannot be read.",
    401: "Nobody, or nobody known, is asking.",
    403: "This person may not do this.",
    404: "There is no such thing, or it belongs to another account.",
    409: "The present state does not allow it.",
    410: "It was there and has expired.",
    412: "It is no longer the version that was asked for.",
    413: "The body is too large.",
    415: "This kind of content is not taken.",
    416: "There is nothing in the range that was asked for.",
    423: "Another request is writing to it.",
    422: "Some values are not right; `errors` names them.",
    429: "Too much at once; `Retry-After` says when to try again.",
    460: "The checksum is that of other bytes.",
    503: "A part is away; `Retry-After` says when to try again.",
}


def name_usual_refusals(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:
    """Name in each operation the refusals that follow from its kind; a hook of drf-spectacular."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    responses = result["components"].setdefault("responses", {})
    for path, _method, operation in operations(result):
        for status in sorted(_usual(path, operation)):
            responses.setdefault(f"Refused{status}", _answer(WORDS[status]))
            reference = {"$ref": f"#/components/responses/Refused{status}"}
            operation["responses"].setdefault(str(status), reference)
        responses.setdefault("Refused", _answer("Any other refusal."))
        operation["responses"]["default"] = {"$ref": "#/components/responses/Refused"}
    return result


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and operation for each operation of a description."""
    for path, item in described["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


@lru_cache(maxsize=8)
def _document(language: str) -> dict[str, Any]:
    """Made once for each language: it follows from the code alone."""
    generator: Any = SchemaGenerator  # untyped
    made: dict[str, Any] = generator().get_schema(request=None, public=True)
    return made


def document() -> dict[str, Any]:
    """Return the description in the reader's language; not to be changed."""
    return _document(get_language() or "en")


def _usual(path: str, operation: dict[str, Any]) -> Iterator[int]:
    if all(operation.get("security", [{}])):
        yield from (401, 403)
    if "{" in path:
        yield 404
    if "requestBody" in operation:
        yield from (400, 413, 415, 422)
    if any(each["in"] == "query" for each in operation.get("parameters", ())):
        yield 422
    yield 429


def _answer(words: str) -> dict[str, Any]:
    return {"description": words, "content": {MEDIA_TYPE: {"schema": _REFERENCE}}}
