"""One person, and how she speaks to the API."""

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.auth.models import User
from apps.auth.services import TokenPair, log_in, register_user

PASSWORD = "plum-Orchard-42"


@pytest.fixture
def api() -> APIClient:
    """A client nobody has logged in with."""
    return APIClient()


@pytest.fixture
def alice(db: None) -> User:
    """A person with an account."""
    return register_user(email="alice@example.com", password=PASSWORD, at=timezone.now())


@pytest.fixture
def tokens(alice: User) -> TokenPair:
    """What alice got when she logged in."""
    return log_in(email=alice.email, password=PASSWORD)


@pytest.fixture
def alice_api(tokens: TokenPair) -> APIClient:
    """A client that speaks for alice."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.access}")
    return client
