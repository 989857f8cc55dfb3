"""Is this process alive, and can it do its work?"""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from frameflow.api.parts import ask
from frameflow.api.problems import RETRY_AFTER_S

Check = Callable[[], object]

_checks: dict[str, Check] = {}
_writing: set[str] = set()


def readiness(name: str, *, writes: bool = False) -> Callable[[Check], Check]:
    """Let `/readyz` call a function under this name; it raises when its part is not ready.

    One that `writes` is no part of `/metrics`, which only reads.
    """

    def register(function: Check) -> Check:
        _checks[name] = function
        if writes:
            _writing.add(name)
        return function

    return register


@csrf_exempt  # who asks to change something is told that this cannot be done, not to log in
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Alive. Touches nothing, so that a database away never restarts the web."""
    return JsonResponse({"status": "ok"})


@csrf_exempt  # who asks to change something is told that this cannot be done, not to log in
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every part answers within two seconds, else 503; `{"parts": {name: {ok, ms}}}`."""
    answers = ask(parts())
    ready = all(each.ok for each in answers.values())
    told = {
        name: {"ok": each.ok, "ms": round(each.took_s * 1000)} for name, each in answers.items()
    }
    document = {"status": "ok" if ready else "unavailable", "parts": told}
    if ready:
        return JsonResponse(document)
    return JsonResponse(document, status=503, headers={"Retry-After": str(RETRY_AFTER_S)})


def parts() -> dict[str, Check]:
    """Return what this process needs: a function for each part, which raises where it is away."""
    databases = {
        f"database:{context.name}": partial(_ask_database, context.alias)
        for context in settings.ACTIVE_CONTEXTS
    }
    return {**databases, **_checks}


def read_parts() -> dict[str, Check]:
    """Return those of them that are asked without writing."""
    return {name: check for name, check in parts().items() if name not in _writing}


def _ask_database(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1")
