"""`Idempotency-Key`: a request sent twice acts once and is answered twice.

After the IETF draft "The Idempotency-Key HTTP Header Field" (draft-ietf-httpapi-idempotency-key).
"""

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from django.http import QueryDict
from rest_framework.request import Request
from rest_framework.response import Response

from apps.upload import services
from apps.upload.exceptions import KeyReused
from apps.upload.models import KeptAnswer
from apps.upload.receiving import FIELD, Heard
from frameflow.api.requests import fields_of, owner_of
from frameflow.exceptions import Invalid

LONGEST = 255
Keep = Callable[[Response], Response]


def answer_once(
    request: Request,
    act: Callable[[Keep], Response],
    kept: KeptAnswer | None,
    *,
    said: Any = None,
) -> Response:
    """Answer a request: by `act`, or with what was answered to the same one before.

    `act` gives its answer to `keep` in the unit of work of what it does. What it refuses, and
    what fails, frees the key. `said` is what it asks for, where that is not in its body.
    """
    if kept is None:
        return act(lambda response: response)
    if kept.is_answered:
        return _replay(kept, _fingerprint(request, said))
    try:
        fingerprint = _fingerprint(request, said)
        return act(lambda response: _keep(kept, fingerprint, response))
    except BaseException:
        services.free_key(kept=kept)
        raise


def claimed(request: Request) -> KeptAnswer | None:
    """Return the row of this request's key; None where it has none."""
    if "Idempotency-Key" not in request.headers:
        return None
    return services.claim_key(owner_id=owner_of(request), key=_key_of(request))


def _key_of(request: Request) -> str:
    """Return the key: a string of a structured header (RFC 9651), or the same without quotes."""
    text = request.headers["Idempotency-Key"].strip()
    key = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    if not (0 < len(key) <= LONGEST and key.isascii() and key.isprintable()):
        message = f"1 to {LONGEST} printable characters."
        raise Invalid(errors=[{"path": "Idempotency-Key", "message": message}])
    return key


def _keep(kept: KeptAnswer, fingerprint: str, response: Response) -> Response:
    services.keep_answer(
        kept=kept,
        fingerprint=fingerprint,
        status=response.status_code,
        document=response.data,
        location=response.get("Location", ""),
    )
    return response


def _replay(kept: KeptAnswer, fingerprint: str) -> Response:
    if kept.fingerprint != fingerprint:
        raise KeyReused
    headers = {"Idempotent-Replayed": "true"}
    if kept.location:
        headers["Location"] = kept.location
    return Response(kept.document, kept.status, headers=headers)


def _fingerprint(request: Request, said: Any) -> str:
    """Return what two requests have in common only when they ask for the same."""
    asked = _plain(fields_of(request)) if said is None else said
    whole = [request.method, request.path, asked]
    return sha256(json.dumps(whole, sort_keys=True, default=str).encode()).hexdigest()


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    names = set(fields) - {"csrfmiddlewaretoken", FIELD}
    form = fields if isinstance(fields, QueryDict) else None
    plain: dict[str, Any] = {name: form.getlist(name) if form else fields[name] for name in names}
    file = fields.get(FIELD)
    if isinstance(file, Heard):
        plain[FIELD] = [file.name, file.size_bytes, file.sha256]
    return plain
