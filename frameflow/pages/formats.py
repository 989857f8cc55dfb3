"""Numbers in words, the same on every page: decimal units (1 MB = 1 000 000 bytes), the reader's
decimal mark, no more digits than a person uses."""

import re
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

# Hours and minutes may be left out, from the left; seconds have at most three decimals.
_CLOCK = re.compile(r"(?:(?:([0-9]{1,3}):)?([0-9]{1,5}):)?([0-9]{1,6}(?:\.[0-9]{1,3})?)")
_NO_BREAK = "\u00a0"
#: Portuguese writes months with small letters, Django's own catalogue does not.
MONTHS = (
    gettext_noop("January"), gettext_noop("February"), gettext_noop("March"), gettext_noop("April"),
    gettext_noop("May"), gettext_noop("June"), gettext_noop("July"), gettext_noop("August"),
    gettext_noop("September"), gettext_noop("October"), gettext_noop("November"),
    gettext_noop("December"),
)  # fmt: skip
_UNITS = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "KB"))


def size_in_words(size_bytes: float | None) -> str:
    """Return `26.8 MB`; whole numbers where the digit says nothing; bytes below 1 KB."""
    if size_bytes is None:
        return ""
    for factor, unit in _UNITS:
        if size_bytes >= factor * 0.9995:
            return _together(f"{_number(size_bytes / factor)} {unit}")
    return _together(f"{number_format(size_bytes, 0)} B")


def duration_in_words(duration_s: float | None) -> str:
    """Return `2 min 5 s`, `1 h 2 min`, `9.5 s`."""
    if duration_s is None:
        return ""
    if duration_s < 60:
        return _together(_("{n} s").format(n=_number(float(duration_s))))
    minutes, seconds = divmod(round(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _together(_("{h} h {m} min").format(h=hours, m=minutes))
    if not seconds:
        return _together(_("{m} min").format(m=minutes))
    return _together(_("{m} min {s} s").format(m=minutes, s=seconds))


def remaining_in_words(eta_s: float | None) -> str:
    """Return `about 15 s`, in steps of 5 s below a minute, then in minutes; never negative."""
    if eta_s is None:
        return ""
    if eta_s < 57.5:
        return _("about {n} s").format(n=max(5, 5 * round(eta_s / 5)))
    minutes = max(1, round(eta_s / 60))
    return ngettext("about {n} minute", "about {n} minutes", minutes).format(n=minutes)


def ago_in_words(moment: datetime) -> str:
    """Return `now`, `2 minutes ago`, `3 days ago`; one unit is enough."""
    if (timezone.now() - moment).total_seconds() < 60:
        return _("now")
    return _("{time} ago").format(time=timesince(moment, depth=1))


def clock(at_s: float | None) -> str:
    """Return `00:01:30`, with `.500` where it is no whole second: as in the names of the ZIP."""
    if at_s is None:
        return ""
    at_ms = round(at_s * 1000)
    seconds, ms = divmod(at_ms, 1000)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{ms:03d}" if ms else text


def seconds_of_clock(text: str) -> Decimal | None:
    """Return the seconds of `1:30`, `00:01:30.5` or `90`; None where it is no such moment."""
    match = _CLOCK.fullmatch(text.strip().replace(",", "."))
    if match is None:
        return None
    hours, minutes, seconds = match.groups(default="0")
    return Decimal(int(hours) * 3600 + int(minutes) * 60) + Decimal(seconds)


def _number(value: float) -> str:
    """Return one decimal, where there is one and the number is small (Django would cut it off)."""
    rounded = round(value, 1)
    if rounded >= 100 or rounded == int(rounded):
        return number_format(round(value), 0)
    return number_format(rounded, 1)


def _together(text: str) -> str:
    """A number and its unit stay on one line."""
    return text.replace(" ", _NO_BREAK)
