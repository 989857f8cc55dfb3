"""Asking as a patient program does: of either web, again and again, until there is an answer."""

import time
from typing import Any
from uuid import uuid4

import httpx

from tests.e2e.client import PASSWORD

#: Answers that say: not now. A key is in use while its first request may still be under way.
NOT_NOW = {408, 425, 429}
IN_USE = "idempotency_key_in_use"


class GaveUp(AssertionError):
    """There was no answer within the patience of a person."""


class Asker:
    """One account, and a client that goes to the other web when one does not answer."""

    def __init__(self, bases: list[str], timeout_s: float, patience_s: float) -> None:
        self._bases, self.patience_s = bases, patience_s
        self._http = httpx.Client(timeout=httpx.Timeout(timeout_s, connect=2))
        self._at = 0
        self.repeated = 0
        self.account = {"email": f"{uuid4().hex[:12]}@example.com", "password": PASSWORD}

    @property
    def base(self) -> str:
        """The web that is asked at present."""
        return self._bases[self._at % len(self._bases)]

    def sign_up(self) -> None:
        """Register, where that was not done by a request whose answer was lost, and log in."""
        answer = self.ask("POST", "auth/register/", json=self.account)
        assert answer.status_code in (201, 400, 409, 422), answer.text
        self.log_in()

    def log_in(self) -> None:
        answer = self.ask("POST", "auth/token/", json=self.account)
        assert answer.status_code == 200, answer.text
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access']}"

    @property
    def token(self) -> str:
        """What stands in the header of a request."""
        return str(self._http.headers["Authorization"])

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Return an answer that decides; `GaveUp` where none comes."""
        deadline = time.monotonic() + self.patience_s
        pause_s = 0.2
        while time.monotonic() < deadline:
            answer = self.try_once(method, path, **more)
            if answer is not None and answer.status_code == 401 and "Authorization" in answer.request.headers:  # fmt: skip  # noqa: E501
                self.log_in()
            elif answer is not None and _decides(answer):
                return answer
            self.repeated += 1
            time.sleep(pause_s)
            pause_s = min(pause_s * 2, 2)
        raise GaveUp(f"{method} {path}")

    def try_once(self, method: str, path: str, **more: Any) -> httpx.Response | None:
        """Return whatever is answered; None for nothing, and then the other web is next."""
        try:
            return self._http.request(method, f"{self.base}/api/v1/{path}", **more)
        except httpx.TransportError:
            self._at += 1
            return None

    def close(self) -> None:
        self._http.close()


def _decides(answer: httpx.Response) -> bool:
    if answer.status_code >= 500 or answer.status_code in NOT_NOW:
        return False
    return not (answer.status_code == 409 and answer.json().get("code") == IN_USE)
