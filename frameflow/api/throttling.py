"""How often somebody may ask: by address, by person, and tighter at the doors.

A door is a view with a `throttle_scope` (log in, sign up, a forgotten password, a password that is
asked again). Its tries are counted by address, and by address and account together: whoever
guesses at an account is stopped, and its owner still comes in from anywhere else. The account is
what stands in the field `email`, or in the one that the view names as its `throttle_field`.
"""

import hashlib
import logging
import math
import time
import unicodedata
from contextlib import suppress
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import (
    AnonRateThrottle,
    ScopedRateThrottle,
    SimpleRateThrottle,
    UserRateThrottle,
)

from frameflow.api.asking import is_own

Asked = Request | HttpRequest

SHIFT = 1_000_000
ASK_AGAIN_AFTER_S = 5
LONGEST_ACCOUNT = 320  # no address is longer

log = logging.getLogger(__name__)


class Tries:
    """Counts in the cache. Where that is away, everybody is let through: it is a hint."""

    def __init__(self) -> None:
        self.away_until = 0.0

    def count(self, key: str, window_s: int) -> tuple[int, float]:
        """Return how often `key` was counted since its window began, and how long that lasts."""
        if time.monotonic() < self.away_until:
            return 0, 0
        try:
            found = _count(key, window_s)
        except Exception as error:  # whatever a client of a cache raises
            self._note_away(error)
            return 0, 0
        self.away_until = 0.0
        return found

    def forget(self, key: str) -> None:
        """Begin anew with `key`."""
        with suppress(Exception):  # it will be forgotten when its window ends
            cache.delete(key)

    def _note_away(self, error: Exception) -> None:
        if not self.away_until:
            log.warning("throttle.away", extra={"reason": str(error)})
        self.away_until = time.monotonic() + ASK_AGAIN_AFTER_S


def _count(key: str, window_s: int) -> tuple[int, float]:
    """One number holds the end of the window and, in its last six digits, the count. So it is
    raised in one step, and a number that outlived its window is known for it."""
    now = time.time()
    fresh = int(now + window_s) * SHIFT
    try:
        cache.add(key, fresh, window_s)
        ends_at, count = divmod(cache.incr(key), SHIFT)
    except ValueError:  # it expired in between
        ends_at, count = 0, 0
    if ends_at <= now:
        cache.set(key, fresh + 1, window_s)
        return 1, window_s
    return count, ends_at - now


tries = Tries()


class Counted(SimpleRateThrottle):
    """REST framework's rates with a count of ours: its list of times is read, changed and written
    back, so that tries made side by side would pass as one."""

    num_requests: int
    duration: int
    left_s: float = 0

    def get_rate(self) -> str:
        """Return the rate that the settings give to this scope now."""
        return _rate_of(str(self.scope))

    def allow_request(self, request: Any, view: Any) -> bool:
        """Count this request and return whether it is within the rate."""
        key = self.get_cache_key(request, view)
        if key is None:
            return True
        count, self.left_s = tries.count(_hidden(key), self.duration)
        return count <= self.num_requests

    def wait(self) -> float:
        """Return the seconds until the window ends."""
        return self.left_s

    def get_ident(self, request: Any) -> str:
        """Return the address behind the trusted proxies; of IPv6 the network, for a household has
        more addresses than anybody can count."""
        named = super().get_ident(request) or ""
        try:
            address = ip_address(named)
        except ValueError:
            return named
        if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
            return str(ip_network((address, 64), strict=False))
        return str(getattr(address, "ipv4_mapped", None) or address)


class PerAddress(Counted, AnonRateThrottle):
    """Requests of nobody known, by address."""


class PerPerson(Counted, UserRateThrottle):
    """Requests of somebody known, by account."""

    def get_cache_key(self, request: Any, view: Any) -> str | None:
        """Return None for nobody known, whom `PerAddress` counts, and where we ask ourselves."""
        if not request.user.is_authenticated or is_own(request.META):
            return None
        return super().get_cache_key(request, view)


class PerDoor(ScopedRateThrottle, Counted):
    """Tries at a door, by address, whatever account they are about."""

    def get_cache_key(self, request: Any, view: Any) -> str | None:
        """Return the door and the address."""
        return f"{self.scope} {self.get_ident(request)}"


class PerAccount(PerDoor):
    """Tries at a door about one account from one address."""

    def get_rate(self) -> str:
        """Return the rate of the door for one account."""
        return _rate_of(f"{self.scope}-account")

    def get_cache_key(self, request: Any, view: Any) -> str | None:
        """Return door, address and account; None where no account is named."""
        account = _account(request, view)
        return f"{super().get_cache_key(request, view)} {account}" if account else None

    def forget(self, request: Any, view: Any) -> None:
        """Begin anew for whoever came in: those tries were no guesses."""
        self.scope = view.throttle_scope
        if key := self.get_cache_key(request, view):
            tries.forget(_hidden(key))


def wait_s(request: HttpRequest, view: Any) -> int:
    """Count a try at a page that is a door; return the seconds to wait, 0 where it may go on."""
    throttles = (PerDoor(), PerAccount())
    waits = [each.wait() for each in throttles if not each.allow_request(request, view)]
    return math.ceil(max(waits, default=0))


def forget_tries(request: Asked, view: Any) -> None:
    """Forget the tries about an account whose password has just been right."""
    PerAccount().forget(request, view)


def _rate_of(scope: str) -> str:
    return str(api_settings.DEFAULT_THROTTLE_RATES[scope])


def _account(request: Any, view: Any) -> str:
    """Who is logged in, else who is typed in: what is typed beside a session proves nothing, nor
    what is typed into a field that the door does not read."""
    if request.user.is_authenticated:
        return str(request.user.pk)
    fields = request.data if isinstance(request, Request) else request.POST
    field = getattr(view, "throttle_field", "email")
    typed = fields.get(field) if isinstance(fields, dict) else ""
    return folded(str(typed or "").strip()[:LONGEST_ACCOUNT])


def folded(typed: str) -> str:
    """Return the same for all that a form or a database may take for the same: both see other
    letters as Latin ones (`İ`, the Kelvin sign, wide letters). Marks fall away."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", typed).casefold())
    return "".join(each for each in plain if not unicodedata.combining(each))


def _hidden(key: str) -> str:
    """Addresses and accounts do not lie about in a cache, and any length and character will do."""
    return f"throttle:{hashlib.sha256(key.encode(errors='replace')).hexdigest()}"
