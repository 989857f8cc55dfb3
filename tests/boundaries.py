"""Fails a test in which the code of one context queries the database of another.

Whose code it is, the stack says: the innermost function that belongs to a context, or is a method
of an object whose class does (a view, an admin page). Django's look-up of who is asking, in
auth's schema, is everybody's.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.db.models import Model
from django.db.models.manager import BaseManager

LOGIN = ("django.contrib.auth", "django.contrib.sessions", "rest_framework.authentication")


def owner_of(frame: FrameType | None) -> str | None:
    """Return the context whose code runs, "login" for Django's, None where it is nobody's."""
    while frame is not None:
        for module in _modules(frame):
            # Their middleware stands around every page, whoever it belongs to.
            if module.startswith(LOGIN) and not module.endswith(".middleware"):
                return "login"
            if module.startswith("apps."):
                return module.split(".")[1]
        frame = frame.f_back
    return None


def _modules(frame: FrameType) -> Iterator[str]:
    yield str(frame.f_globals.get("__name__", ""))
    if frame.f_code.co_varnames[:1] == ("self",):
        this = frame.f_locals.get("self")
        if not isinstance(this, Model | BaseManager):  # whoever holds a row may not be its owner
            yield type(this).__module__


@contextmanager
def guarded() -> Iterator[None]:
    """Fail at the end of the block when a context has queried another's alias in it."""
    crossings: list[str] = []
    with ExitStack() as stack:
        for alias in (context.alias for context in settings.ACTIVE_CONTEXTS):
            stack.enter_context(connections[alias].execute_wrapper(_watch(alias, crossings)))
        yield
    if crossings:
        pytest.fail("\n".join(crossings), pytrace=False)


def _watch(alias: str, crossings: list[str]) -> Callable[..., Any]:
    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        owner = owner_of(sys._getframe(1))
        if owner not in {None, alias, "login" if alias == "auth" else None}:
            crossings.append(f"{owner} queries the database of {alias}: {sql[:200]}")
        return execute(sql, *rest)

    return note


@pytest.fixture(autouse=True)
def each_context_keeps_to_its_own_tables() -> Iterator[None]:
    """In force in every test."""
    with guarded():
        yield
