"""The cast and the machinery that every test may use."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.cache import cache
from rest_framework.test import APIClient

from apps.auth.models import User
from frameflow.bus.backends import backend
from frameflow.bus.backends.memory import MemoryBackend
from frameflow.storage import ObjectStore, store
from tests.boundaries import each_context_keeps_to_its_own_tables  # noqa: F401  autouse
from tests.bus import Bus
from tests.e2e.ground import Ground, chosen


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a ground that is none before anything runs."""
    chosen()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long and lonely ones first: no tail of one worker is left at the end, and tests about
    time-outs do not run beside the browser."""
    elsewhere = pytest.mark.skip(reason="of one ground alone, and this is another")
    for item in items:
        if item.get_closest_marker("fixed_ground") and chosen() != Ground():
            item.add_marker(elsewhere)
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    if item.get_closest_marker("fixed_ground"):
        return 0
    return 1 if "tests/e2e" in item.path.as_posix() else 2


@pytest.fixture(autouse=True)
def nobody_has_tried_before() -> None:
    """The counts of throttles begin anew."""
    cache.clear()


@pytest.fixture
def bus() -> Iterator[Bus]:
    """The memory bus, empty; `settle()` delivers until nobody has anything more to say."""
    transport = backend()
    assert isinstance(transport, MemoryBackend)
    transport.take()
    yield Bus(transport, [context.alias for context in settings.ACTIVE_CONTEXTS])
    transport.take()


@pytest.fixture
def objects() -> Iterator[ObjectStore]:
    """The store, empty before and after."""
    store.cache_clear()
    yield store()
    store.cache_clear()


@pytest.fixture
def owner() -> User:
    """Owns the videos of the test."""
    return User.objects.create_user(email="olivia@example.com", password="correct horse battery")


@pytest.fixture
def stranger() -> User:
    """Has an account, and no right to anything of the owner's."""
    return User.objects.create_user(email="sam@example.com", password="correct horse battery")


@pytest.fixture
def support_agent() -> User:
    """A member of Support: may look at everything, and do a few named things."""
    sue = User.objects.create_user(
        email="sue@example.com", password="correct horse battery", is_staff=True
    )
    sue.groups.add(Group.objects.get(name="Support"))
    return sue


@pytest.fixture
def as_owner(owner: User) -> APIClient:
    """The API as the owner."""
    return client_of(owner)


@pytest.fixture
def as_stranger(stranger: User) -> APIClient:
    """The API as the stranger."""
    return client_of(stranger)


def client_of(user: User) -> APIClient:
    """Return an API client that is logged in."""
    client = APIClient()
    client.force_authenticate(user)
    return client
