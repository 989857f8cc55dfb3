"""People who send videos, change their minds, and lose their connections."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx

from tests.chaos.asking import Asker, GaveUp
from tests.chaos.kinds import AGAIN
from tests.chaos.sending import send, vanish
from tests.chaos.uploads import Failure, Upload

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
        if upload.vanishes:
            vanish(self.asker, upload)
            return
        send(self.asker, upload)
        if upload.video:
            self._open.append(upload)

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
        code = document["error"]["code"]
        upload.failures.append(Failure(code, upload.video, document["run"], time.time()))
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
