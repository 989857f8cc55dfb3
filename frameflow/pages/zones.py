"""The time zones that a person may live in, and the pages told in theirs."""

from collections.abc import Callable
from functools import cache
from itertools import groupby
from typing import TypeVar
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Answer = TypeVar("Answer", bound=HttpResponseBase)

COOKIE = "time_zone"
YEAR_S = 365 * 24 * 3600
#: Names of no place, kept by the database for old programs.
NO_PLACES = ("Etc/", "SystemV/", "US/", "Brazil/", "Canada/", "Chile/", "Mexico/")
REGIONS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic Ocean"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific Ocean"),
}

Choice = tuple[str, str]


@cache
def zones() -> tuple[str, ...]:
    """Return UTC and the places of the IANA database, by name."""
    places = (each for each in available_timezones() if "/" in each)
    return ("UTC", *sorted(each for each in places if not each.startswith(NO_PLACES)))


def zones_by_region() -> list[tuple[str | Promise, str | list[Choice]]]:
    """Return the choices of a form: UTC, and the places of each region by their own names."""
    found: list[tuple[str | Promise, str | list[Choice]]] = [("UTC", "UTC")]
    for region, those in groupby(zones()[1:], key=lambda each: each.partition("/")[0]):
        found.append((REGIONS.get(region, region), [(each, _place(each)) for each in those]))
    return found


def _place(zone: str) -> str:
    return zone.partition("/")[2].replace("_", " ").replace("/", ", ")


def with_time_zone(response: Answer, zone: str) -> Answer:
    """Let an answer say in whose time the next page is written."""
    response.set_cookie(
        COOKIE,
        zone.replace("/", ":"),  # a slash would be quoted
        max_age=YEAR_S,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
    return response


class ReadersTime:
    """Writes a page in the time of whoever reads it; in UTC where that is not known."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        zone = request.COOKIES.get(COOKIE, "").replace(":", "/")
        with timezone.override(ZoneInfo(zone) if zone in zones() else None):
            return self.get_response(request)
