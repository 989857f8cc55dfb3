"""The browsers of those who open the admin, and the pages that there are."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from apps.auth.models import User
from apps.upload.models import Video
from frameflow.site import ReadOnlyAdmin
from tests.platform.admin.rows import one_of_each


@pytest.fixture
def sue() -> User:
    """A member of Support."""
    sue = User.objects.create_user("sue-admin@example.com", "x", is_staff=True)
    sue.groups.add(Group.objects.get(name="Support"))
    return sue


@pytest.fixture
def support(sue: User) -> Client:
    """Her browser."""
    return browser_of(sue)


@pytest.fixture
def root() -> Client:
    """The browser of a superuser."""
    return browser_of(User.objects.create_superuser("root-admin@example.com", "x"))


@pytest.fixture
def video() -> Video:
    """A failed video, with its rows in every context."""
    return one_of_each()


def browser_of(person: User) -> Client:
    """Return a browser that is logged in."""
    client = Client()
    client.force_login(person)
    return client


def pages() -> Iterator[tuple[str, ReadOnlyAdmin]]:
    """Yield the list's address and the `ModelAdmin` of every aggregate."""
    for model, page in admin.site._registry.items():
        if isinstance(page, ReadOnlyAdmin):
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
            yield reverse(name), page
