"""Pages of a list."""

import pytest
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from frameflow.api.pagination import PageNumbers


def page(query: str) -> list[int]:
    request = Request(APIRequestFactory().get(f"/{query}"))
    return list(PageNumbers().paginate_queryset(range(1, 251), request) or [])


def test_twenty_rows_unless_asked() -> None:
    assert page("") == list(range(1, 21))
    assert page("?page=2&page_size=50") == list(range(51, 101))


def test_never_more_than_a_hundred() -> None:
    assert len(page("?page_size=100000")) == 100


def test_a_page_after_the_last_is_not_there() -> None:
    with pytest.raises(NotFound):
        page("?page=14")
