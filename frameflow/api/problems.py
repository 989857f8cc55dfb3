"""The one shape of every refusal: `application/problem+json` (RFC 9457)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from frameflow.exceptions import FrameFlowError, Invalid, NotFound, PreconditionFailed, Unavailable

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5


class Kind(NamedTuple):
    """What a status means to a person, where no exception of ours says more."""

    code: str
    title: str | Promise
    action: str | Promise
    retryable: bool = False


def _kind_of(error: type[FrameFlowError]) -> Kind:
    return Kind(error.code, _(error.title), _(error.action), error.retryable)


KINDS: dict[int, Kind] = {
    400: Kind("bad_request", _("We cannot read this request."), _("Correct it and try again.")),
    401: Kind("not_authenticated", _("We do not know who you are."), _("Log in.")),
    403: Kind("forbidden", _("You may not do this."), _("Log in with another account.")),
    404: _kind_of(NotFound),
    405: Kind("method_not_allowed", _("This address cannot do that."), _("See its Allow header.")),
    406: Kind("not_acceptable", _("We cannot answer in this format."), _("Ask for JSON.")),
    412: _kind_of(PreconditionFailed),
    413: Kind("too_large", _("This request is too large."), _("Send less.")),
    415: Kind("unsupported_type", _("We cannot read this kind of content."), _("Send JSON.")),
    422: _kind_of(Invalid),
    429: Kind("rate", _("Too many requests at once."), _("Wait and try again."), True),
    500: _kind_of(FrameFlowError),
    503: _kind_of(Unavailable),
}


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One refusal; `errors` are `{"path", "message"}`, with dots between the steps of a path."""

    status: int
    code: str
    title: str | Promise
    action: str | Promise
    retryable: bool = False
    detail: str | Promise = ""
    errors: Sequence[dict[str, str]] = ()
    retry_after_s: int | None = None

    @classmethod
    def of_status(cls, status: int, **more: Any) -> "Problem":
        """Return what an HTTP status says by itself; `more` overrides it."""
        kind = KINDS.get(status) or KINDS[400 if status < 500 else 500]
        if status == 503:
            more.setdefault("retry_after_s", RETRY_AFTER_S)
        return cls(**{"status": status, **kind._asdict(), **more})

    @classmethod
    def of_error(cls, error: FrameFlowError) -> "Problem":
        """Return what one of our exceptions says. The detail of a fault on our side may name
        machines and tables, so that the class's own sentence takes its place."""
        detail = error.detail if error.status < 500 else type(error)().detail
        return cls(
            status=error.status,
            code=error.code,
            title=_translated(error.title),
            action=_translated(error.action),
            retryable=error.retryable,
            detail=_translated(detail),
            errors=error.facts.get("errors", ()),
            retry_after_s=error.facts.get(
                "retry_after_s", RETRY_AFTER_S if error.status == 503 else None
            ),
        )

    def document(self, path: str) -> dict[str, Any]:
        """Return the members of the JSON document about a request to `path`."""
        return {
            "type": f"urn:frameflow:problem:{self.code}",
            "title": str(self.title),
            "status": self.status,
            "detail": str(self.detail),
            "instance": path,
            "code": self.code,
            "action": str(self.action),
            "retryable": self.retryable,
            "errors": list(self.errors),
        }

    def headers(self) -> dict[str, str]:
        """Return the headers that belong to it."""
        wait_s = self.retry_after_s
        return {} if wait_s is None else {"Retry-After": str(wait_s)}


def flatten(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Yield `{"path", "message"}` for each sentence in nested validation errors."""
    if isinstance(detail, dict):
        for key, inner in detail.items():
            step = "" if key in {"non_field_errors", "__all__"} else str(key)
            yield from flatten(inner, ".".join(filter(None, (path, step))))
    elif isinstance(detail, list | tuple):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, dict | list | tuple)
            yield from flatten(inner, f"{path}.{index}".strip(".") if nested else path)
    else:
        yield {"path": path, "message": str(detail)}


def _translated(sentence: str) -> str:
    return gettext(sentence) if sentence else ""
