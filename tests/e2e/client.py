"""A person with a command line: registers, uploads, waits, downloads."""

import io
import zipfile
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import httpx

from tests.e2e.stack import Stack
from tests.waiting import PATIENCE_S, eventually

PASSWORD = "correct horse battery staple"
AT_REST = ("ready", "failed", "cancelled", "expired")


class Person:
    """One account and its token; a new account where none is given."""

    def __init__(self, stack: Stack, email: str = "") -> None:
        self.http = httpx.Client(base_url=f"{stack.base}/api/v1/", timeout=60)
        self.account = {"email": email or f"{uuid4().hex[:12]}@example.com", "password": PASSWORD}
        if not email:
            self.http.post("auth/register/", json=self.account).raise_for_status()
        self.log_in()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.http.close()

    def log_in(self) -> None:
        answer = self.http.post("auth/token/", json=self.account).raise_for_status()
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access']}"

    def send(self, path: Path, name: str | None = None, **options: Any) -> httpx.Response:
        """Upload a file; the answer may be a refusal."""
        with path.open("rb") as file:
            files = {"file": (name or path.name, file, "video/mp4")}
            return self.http.post("videos/", files=files, data=options)

    def accepted(self, path: Path, **options: Any) -> dict[str, Any]:
        """Upload a file that must be accepted; return the Video document."""
        answer = self.send(path, **options)
        assert answer.status_code == 201, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def look(self, video_id: str) -> dict[str, Any]:
        document: dict[str, Any] = self.http.get(f"videos/{video_id}/").raise_for_status().json()
        return document

    def ended(self, video_id: str, patience_s: float = PATIENCE_S) -> dict[str, Any]:
        """Wait until a video is at rest; return its document."""

        def at_rest() -> dict[str, Any] | None:
            try:
                document = self.look(video_id)
            except httpx.TransportError:
                return None  # the web process was killed by the test
            return document if document["status"] in AT_REST else None

        return eventually(at_rest, f"video {video_id} comes to rest", patience_s)

    def zip(self, video_id: str) -> bytes:
        return self.http.get(f"videos/{video_id}/zip/").raise_for_status().content


def names_in(data: bytes) -> list[str]:
    """Return the entries of a ZIP; fails where it is damaged."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.testzip() is None
        return opened.namelist()
