"""Every page that a person reads, with an account and without one."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Address:
    """A page: its name, where it is, and who looks.

    `{ready}` and other names stand for the ids of videos, `{shared}` for the path of a link.
    `is_hidden`: it asks not to be indexed, so that is no fault of it.
    """

    name: str
    path: str
    is_known: bool = True
    is_hidden: bool = False


VISITOR: Final = (
    Address("start, a visitor", "/", False),
    Address("sign up", "/signup/", False),
    Address("log in", "/login/", False),
    Address("forgotten password", "/password/reset/", False),
    Address("shared", "{shared}", False, is_hidden=True),
    Address("API, described", "/api/v1/docs/", False),
)
OWNER: Final = (
    Address("start", "/"),
    Address("my videos", "/videos/"),
    Address("my videos, failed", "/videos/?show=failed"),
    Address("video, ready", "/videos/{ready}/"),
    Address("video, failed", "/videos/{failed-unreadable}/"),
    Address("video, cancelled", "/videos/{cancelled}/"),
    Address("gallery", "/videos/{ready}/frames/"),
    Address("one frame", "/videos/{ready}/frames/3/"),
    Address("extract again", "/videos/{ready}/again/"),
    Address("share", "/videos/{ready}/shares/"),
    Address("delete", "/videos/{ready}/delete/"),
    Address("settings", "/settings/"),
    Address("tokens", "/settings/tokens/"),
    Address("change password", "/password/change/"),
    Address("close account", "/settings/close/"),
    Address("API, my videos", "/api/v1/videos/", is_hidden=True),
)
ADDRESSES: Final = (*VISITOR, *OWNER)
