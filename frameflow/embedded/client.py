"""A small client of the HTTP API, for the demonstration."""

import hashlib
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import httpx

TERMINAL = frozenset({"ready", "failed", "cancelled", "expired"})
ASK_EVERY_S = 0.3
TIMEOUT_S = 60.0

Document = dict[str, Any]


class Unsuccessful(Exception):
    """One sentence that says what did not work."""


class Client:
    """Speaks for a new user of one Frame Flow."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=f"{url}/api/v1/", timeout=TIMEOUT_S, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def register(self) -> str:
        """Make a throw-away user, log in and return the address of the user."""
        person = {
            "email": f"demo-{secrets.token_hex(4)}@example.com",
            "password": secrets.token_urlsafe(16),
        }
        self._send("POST", "auth/register/", json=person)
        access = self._send("POST", "auth/token/", json=person)["access"]
        self._http.headers["Authorization"] = f"Bearer {access}"
        return person["email"]

    def upload(self, video: Path, *, interval: str) -> Document:
        """Send a video and return its document."""
        with video.open("rb") as file:
            fields = {"interval": interval}
            return self._send("POST", "videos/", data=fields, files={"file": (video.name, file)})

    def follow(self, document: Document) -> Iterator[Document]:
        """Yield the document again and again, up to a terminal status."""
        while True:
            yield document
            if document["status"] in TERMINAL:
                return
            time.sleep(ASK_EVERY_S)
            document = self.ask(document)

    def ask(self, document: Document) -> Document:
        """Return a video's document as it is now."""
        return self._send("GET", document["links"]["self"])

    def download(self, url: str, target: Path) -> str:
        """Save what is behind a link and return its SHA-256 in hexadecimal."""
        digest = hashlib.sha256()
        with self._http.stream("GET", url, follow_redirects=True) as answer:
            if answer.is_error:
                answer.read()
            _require_success(answer)
            with target.open("wb") as file:
                for part in answer.iter_bytes():
                    digest.update(part)
                    file.write(part)
        return digest.hexdigest()

    def _send(self, method: str, path: str, **more: Any) -> Document:
        answer = self._http.request(method, path, **more)
        _require_success(answer)
        document: Document = answer.json()
        return document


def _require_success(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    try:
        problem = answer.json()
        reason = " ".join(str(problem[key]) for key in ("title", "detail") if problem.get(key))
    except (ValueError, KeyError, AttributeError):
        reason = answer.reason_phrase
    raise Unsuccessful(f"{answer.request.url.path} answered {answer.status_code}: {reason}")
