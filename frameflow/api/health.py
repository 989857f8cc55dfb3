"""Is this process alive, and can it do its work?"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from frameflow.api.problems import RETRY_AFTER_S

LIMIT_S = 2.0
THREADS = 16  # a part that hangs keeps its thread; the next calls then wait and are not ready

Check = Callable[[], object]

log = logging.getLogger(__name__)
_checks: dict[str, Check] = {}
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="readiness")


def readiness(name: str) -> Callable[[Check], Check]:
    """Let `/readyz` call a function under this name; it raises when its part is not ready."""

    def register(function: Check) -> Check:
        _checks[name] = function
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
    began = time.monotonic()
    running = {name: _pool.submit(_timed, check) for name, check in _parts().items()}
    parts = {name: _outcome(name, result, began) for name, result in running.items()}
    ready = all(part["ok"] for part in parts.values())
    document = {"status": "ok" if ready else "unavailable", "parts": parts}
    if ready:
        return JsonResponse(document)
    return JsonResponse(document, status=503, headers={"Retry-After": str(RETRY_AFTER_S)})


def _parts() -> dict[str, Check]:
    databases = {
        f"database:{context.name}": partial(_ask_database, context.alias)
        for context in settings.ACTIVE_CONTEXTS
    }
    return {**databases, **_checks}


def _ask_database(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1")


def _timed(check: Check) -> float:
    """Run a check and return its seconds; the connections of this thread are given back."""
    began = time.monotonic()
    try:
        check()
    finally:
        connections.close_all()
    return time.monotonic() - began


def _outcome(name: str, result: "Future[float]", began: float) -> dict[str, Any]:
    """The reason goes to the log: an answer to anybody names no host and no user."""
    try:
        took_s = result.result(timeout=max(0.0, began + LIMIT_S - time.monotonic()))
    except Exception as error:  # whatever it is, this part is not ready
        result.cancel()
        log.warning("readiness.failed", extra={"part": name, "reason": repr(error)})
        return {"ok": False, "ms": round((time.monotonic() - began) * 1000)}
    return {"ok": True, "ms": round(took_s * 1000)}
