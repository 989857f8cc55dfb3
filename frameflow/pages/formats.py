"""Numbers in words, the same on every page: decimal units (1 MB = 1 000 000 bytes), the reader's
decimal mark, no more digits than a person uses."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_UNITS = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "KB"))


def size_in_words(size_bytes: float | None) -> str:
    """Return `26.8 MB`; whole numbers from 100 on; bytes below 1 KB."""
    if size_bytes is None:
        return ""
    for factor, unit in _UNITS:
        if size_bytes >= factor * 0.9995:
            value = size_bytes / factor
            return f"{number_format(value, 1 if value < 99.95 else 0)} {unit}"
    return f"{number_format(size_bytes, 0)} B"


def duration_in_words(duration_s: float | None) -> str:
    """Return `2 min 5 s`, `1 h 2 min`, `9.5 s`."""
    if duration_s is None:
        return ""
    if duration_s < 10:
        return _("{n} s").format(n=number_format(round(float(duration_s), 1)))
    minutes, seconds = divmod(round(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("{h} h {m} min").format(h=hours, m=minutes)
    if not minutes:
        return _("{n} s").format(n=seconds)
    return (
        _("{m} min {s} s").format(m=minutes, s=seconds)
        if seconds
        else _("{m} min").format(m=minutes)
    )


def remaining_in_words(eta_s: float | None) -> str:
    """Return `about 15 s`, in steps of 5 s below a minute, then in minutes; never negative."""
    if eta_s is None:
        return ""
    if eta_s < 57.5:
        return _("about {n} s").format(n=max(5, 5 * round(eta_s / 5)))
    minutes = max(1, round(eta_s / 60))
    return ngettext("about {n} minute", "about {n} minutes", minutes).format(n=minutes)


def clock(at_s: float | None) -> str:
    """Return `00:01:30`, with `.500` where it is no whole second: as in the names of the ZIP."""
    if at_s is None:
        return ""
    at_ms = round(at_s * 1000)
    seconds, ms = divmod(at_ms, 1000)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{ms:03d}" if ms else text
