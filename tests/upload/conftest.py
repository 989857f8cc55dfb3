"""A browser in which the owner is logged in."""

import pytest
from django.test import Client

from apps.auth.models import User
from tests.upload.pages import in_browser


@pytest.fixture
def page(owner: User) -> Client:
    """A browser in which the owner is logged in."""
    return in_browser(owner)
