"""A browser in which the owner is logged in."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.auth.models import User
from frameflow.storage import ObjectStore
from tests.upload.pages import in_browser
from tests.upload.tus import Sender


@pytest.fixture
def page(owner: User) -> Client:
    """A browser in which the owner is logged in."""
    return in_browser(owner)


@pytest.fixture
def sender(as_owner: APIClient, objects: ObjectStore) -> Sender:
    """A client of the owner's that speaks tus."""
    return Sender(as_owner)
