"""One person, and how she speaks to the API."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

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


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def eager(alice: User) -> User:
    """A person who asked for mail."""
    alice.wants_notices = True
    alice.save()
    return alice


@pytest.fixture
def ids(alice: User) -> dict[str, Any]:
    """One run of one of alice's extractions."""
    return {
        "extraction_id": uuid4(),
        "video_id": uuid4(),
        "owner_id": alice.pk,
        "extraction_no": 1,
        "run": 1,
    }
