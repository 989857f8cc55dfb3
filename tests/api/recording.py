"""Speaks to the API and keeps each exchange, with steady values for all that differs each time."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

BEGAN = datetime.fromisoformat("2026-03-12T14:02:11+00:00")
HOUR = timedelta(hours=1)
#: What is text, and so can be shown.
TEXT = ("application/json", "text/")

UUID_ = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)"
JWT = r"eyJ[\w-]+\.[\w-]+\.[\w-]+"
API_TOKEN = r"ff_[\w-]+"
SHARE, SHARE_PREFIX = r"(?<=/s/)[\w-]{43}", r"(?<=\"prefix\": \")[\w-]{6}(?=\")"
VERSION = r"(?<=id: )[0-9a-f]{32}"
LINK_UID, LINK_TOKEN = r"(?<=\")[\w-]{48}(?=\")", r"\b[0-9a-z]{6}-[0-9a-f]{32}\b"


@dataclass
class Recording:
    """A person's exchanges with the API, by operation: `GET /api/v1/videos/{id}/`."""

    client: APIClient
    began: datetime
    exchanges: dict[str, dict[str, Any]] = field(default_factory=dict)

    def call(
        self,
        operation: str,
        body: Mapping[str, Any] | None = None,
        *,
        form: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        piece: bytes | None = None,
        said: Mapping[str, str] | None = None,
        **ids: Any,
    ) -> Any:
        """Ask, keep the exchange, and return the document of the answer."""
        method, path = operation.split()
        address = path.format(**ids) + (f"?{urlencode(query, doseq=True)}" if query else "")
        sent = {"data": form or body, "format": "multipart" if form else "json"}
        ask = getattr(self.client, method.lower())
        if said:
            kind = "application/offset+octet-stream" if piece else ""
            answer = self.client.generic(method, address, piece or b"", kind, headers=dict(said))
        else:
            answer = ask(address, **({} if method == "GET" else sent))
        assert answer.status_code < 300, (operation, answer.content)
        asked = {
            "body": body or (piece and f"({len(piece)} bytes of the video)"),
            "form": form and _plain(form),
            "query": query,
        }
        exchange = {name: each for name, each in asked.items() if each}
        self.exchanges[operation] = {**exchange, **_told(answer)}
        return self.exchanges[operation].get("answer")

    def steady(self) -> dict[str, dict[str, Any]]:
        """Return the exchanges, the same for each telling of the same story."""
        kept = json.dumps(dict(sorted(self.exchanges.items())), ensure_ascii=False)
        for pattern, words in (
            (UUID_, _numbered(lambda n: str(uuid5(NAMESPACE_URL, f"frame-flow:{n}")))),
            (MOMENT, self._moment),
            (JWT, _numbered(lambda n: f"eyJhbGciOiJFUzI1NiJ9.example-{n}.signature")),
            (API_TOKEN, lambda found: "ff_example-only"[: len(found)]),
            (SHARE, lambda _found: "example-only"),
            (SHARE_PREFIX, lambda _found: "exampl"),
            (VERSION, _numbered(lambda n: hashlib.sha256(b"%d" % n).hexdigest()[:32])),
            (LINK_UID, lambda _found: "ZXhhbXBsZQ"),
            (LINK_TOKEN, lambda _found: "d1leop-example"),
            ("http://testserver", lambda _found: "https://frames.example.com"),
        ):
            kept = re.sub(pattern, lambda match, words=words: words(match[0]), kept)
        steady: dict[str, dict[str, Any]] = json.loads(kept)
        return steady

    def _moment(self, text: str) -> str:
        """Keep the distance in whole hours: days show, the pace of a machine does not."""
        hours = (datetime.fromisoformat(text) - self.began) // HOUR
        return (BEGAN + hours * HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")


def _told(answer: Any) -> dict[str, Any]:
    media = answer.headers.get("Content-Type", "").split(";")[0]
    told: dict[str, Any] = {"status": answer.status_code}
    if answer.status_code == 204 or not media:
        return told
    if media == "application/json":
        told["answer"] = json.loads(answer.getvalue())
    elif media.startswith(TEXT):
        told["answer"] = answer.getvalue().decode()
    return told | {"media": media}


def _plain(form: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: f"(the bytes of {each.name})" if isinstance(each, SimpleUploadedFile) else each
        for name, each in form.items()
    }


def _numbered(name: Any) -> Any:
    """Return what names each text by the order in which it is first met."""
    numbers, following = {}, count(1)

    def words(text: str) -> str:
        if text not in numbers:
            numbers[text] = next(following)
        return str(name(numbers[text]))

    return words
