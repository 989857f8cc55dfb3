"""People who send videos, change their minds, and lose their connections."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

from tests.chaos.asking import Asker, GaveUp
from tests.chaos.kinds import AGAIN
from tests.chaos.uploads import Upload

AT_REST = ("ready", "failed", "cancelled", "expired")
LOOK_EVERY_S = 2.0
MOST_RETRIES = 5


class Tickets:
    """How many uploads may have begun by now."""

    def __init__(self, source: Iterator[Upload], total: int) -> None:
        self._source, self.total = source, total
        self._lock = threading.Lock()
        self.released = self.taken = 0

    def release(self, count: int) -> None:
        """Let so many uploads in all begin."""
        self.released = min(max(self.released, count), self.total)

    def take(self) -> Upload | None:
        """Return the next upload; None where its time has not come."""
        with self._lock:
            if self.taken >= self.released:
                return None
            self.taken += 1
            return next(self._source)

    @property
    def are_gone(self) -> bool:
        return self.taken >= self.total


class Person(threading.Thread):
    """Sends one video after the other, with a few at work at once, and sees each to its end."""

    def __init__(self, asker: Asker, tickets: Tickets, at_once: int) -> None:
        super().__init__(daemon=True)
        self.asker, self._tickets, self._at_once = asker, tickets, at_once
        self.uploads: list[Upload] = []
        self.trouble: list[str] = []
        self._open: list[Upload] = []
        self._is_sending = False

    @property
    def is_at_work(self) -> bool:
        """Whether a video of this person is on its way, waits or is worked on."""
        return self._is_sending or bool(self._open)

    def run(self) -> None:
        while self._open or not self._tickets.are_gone:
            began_s = time.monotonic()
            if len(self._open) < self._at_once and (upload := self._tickets.take()):
                self._is_sending = True
                self._do(self._send, upload)
                self._is_sending = False
            else:
                for upload in list(self._open):
                    self._do(self._follow, upload)
                time.sleep(max(0, LOOK_EVERY_S - (time.monotonic() - began_s)))

    def _do(self, act: Any, upload: Upload) -> None:
        try:
            act(upload)
        except GaveUp as error:
            self.trouble.append(f"{upload.name}: gave up: {error}")
            self._close(upload)
        except Exception as error:
            self.trouble.append(f"{upload.name}: {error!r}")
            self._close(upload)

    def _close(self, upload: Upload) -> None:
        if upload in self._open:
            self._open.remove(upload)

    # Sending

    def _send(self, upload: Upload) -> None:
        self.uploads.append(upload)
        if upload.conduct == "vanish":
            self._send_raw(upload, upload.share)
            return
        if upload.conduct == "lose the answer":
            self._send_raw(upload, 1.0)
        files = {"file": (upload.name, upload.kind.data, "video/mp4")}
        headers = {"Idempotency-Key": upload.key}
        answer = self.asker.ask(
            "POST", "videos/", files=files, data=upload.kind.options, headers=headers
        )
        if answer.status_code == 201:
            upload.video = answer.json()["id"]
            self._open.append(upload)
        else:
            upload.refusal = answer.json().get("code", str(answer.status_code))

    def _send_raw(self, upload: Upload, share: float) -> None:
        """Send a part of the request, or all of it, and hang up without hearing the answer."""
        files = {"file": (upload.name, upload.kind.data, "video/mp4")}
        url = f"{self.asker.base}/api/v1/videos/"
        request = httpx.Request("POST", url, files=files, data=upload.kind.options)
        body = request.read()
        head = {"Host": urlsplit(url).netloc, "Authorization": self.asker.token,
                "Idempotency-Key": upload.key if share == 1 else uuid4().hex,
                "Content-Type": request.headers["Content-Type"],
                "Content-Length": str(len(body))}  # fmt: skip
        lines = [f"POST {request.url.path} HTTP/1.1", *(f"{n}: {v}" for n, v in head.items())]
        sent = "\r\n".join([*lines, "", ""]).encode() + body[: int(len(body) * share)]
        with suppress(OSError):
            address = urlsplit(url).hostname, urlsplit(url).port
            with socket.create_connection(address, timeout=5) as connection:  # type: ignore[arg-type]
                connection.sendall(sent)

    # Following

    def _follow(self, upload: Upload) -> None:
        """Do the next wish when the video is fit for it; close what has come to its end."""
        if upload.steps and upload.steps[0] in ("cancel", "delete"):
            self._wish(upload, upload.steps.pop(0))
            return
        answer = self.asker.try_once("GET", f"videos/{upload.video}/")
        if answer is None or answer.status_code in (401, 404) or answer.status_code >= 500:
            self._unseen(upload, answer)
            return
        document = answer.json()
        if document["status"] not in AT_REST:
            return
        error = document["error"] or {}
        if upload.kind.is_good and document["status"] == "failed" and error.get("retryable"):
            self._retry(upload, document)
        elif upload.steps:
            self._wish_at_rest(upload, document)
        else:
            self._close(upload)

    def _unseen(self, upload: Upload, answer: httpx.Response | None) -> None:
        if answer is not None and answer.status_code == 401:
            self.asker.log_in()
        if answer is not None and answer.status_code == 404:
            if upload.conduct != "delete":
                self.trouble.append(f"{upload.name}: 201, then 404")
            self._close(upload)

    def _retry(self, upload: Upload, document: dict[str, Any]) -> None:
        upload.failures.append(document["error"]["code"])
        if len(upload.failures) > MOST_RETRIES:
            self._close(upload)
            return
        self._post(upload, "retry/", json={"run": document["run"]})

    def _wish_at_rest(self, upload: Upload, document: dict[str, Any]) -> None:
        step = upload.steps.pop(0)
        if step == "retry" and document["status"] == "cancelled":
            self._post(upload, "retry/", json={"run": document["run"]})
        elif step == "extract again":
            headers = {"Idempotency-Key": f"again {upload.key}"}
            options = {**upload.kind.options, **AGAIN}
            options.pop("interval", None)
            self._post(upload, "extractions/", json=options, headers=headers)

    def _wish(self, upload: Upload, step: str) -> None:
        if step == "cancel":
            self._post(upload, "cancel/")
        else:
            answer = self.asker.ask("DELETE", f"videos/{upload.video}/")
            assert answer.status_code in (204, 404), answer.text

    def _post(self, upload: Upload, path: str, **more: Any) -> None:
        answer = self.asker.ask("POST", f"videos/{upload.video}/{path}", **more)
        assert answer.status_code in (202, 204, 409), answer.text
