"""Personal data as support sees it: enough to recognise, not enough to know."""

from pathlib import PurePath

from django.utils.translation import ngettext


def masked_email(address: str) -> str:
    """Return the first letter and the domain: `a•••@example.com`."""
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"


def masked_name(name: str) -> str:
    """Return the ending of a file's name, and how long the name is."""
    if not name:
        return ""
    length = ngettext("{n} character", "{n} characters", len(name)).format(n=len(name))
    return f"•••{PurePath(name).suffix[:10]} ({length})"
