"""What a view may take from a request: who asks, and the fields of the body."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from frameflow.exceptions import Invalid


def owner_of(request: Request | HttpRequest) -> UUID:
    """Return the id of the person who asks; `NotAuthenticated` where nobody does."""
    if request.user.pk is None:
        raise NotAuthenticated
    return UUID(str(request.user.pk))


def fields_of(request: Request) -> Mapping[str, Any]:
    """Return the fields of a form or of a JSON object; `Invalid` for any other JSON."""
    if not isinstance(request.data, dict):  # a form is one too
        raise Invalid(errors=[{"path": "", "message": "A JSON object is needed."}])
    return request.data


def site_of(request: Request | HttpRequest) -> str:
    """Return where this site is, for links in mails: PUBLIC_URL, else the host that was allowed."""
    return settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"
