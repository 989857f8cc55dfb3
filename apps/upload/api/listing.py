"""A page of the list of videos."""

from typing import Any

from rest_framework.request import Request

from apps.upload import selectors
from apps.upload.api.serializers import ListQuery, VideoSerializer
from frameflow.api.pagination import PageNumbers
from frameflow.api.requests import owner_of

FILTERS = {"search", "created_after", "created_before", "ordering"}


def documents_of_page(request: Request) -> dict[str, Any]:
    """Return `{count, next, previous, results}` as the query asks for them."""
    query = ListQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    filters = {name: value for name, value in query.validated_data.items() if name in FILTERS}
    statuses = query.validated_data.get("status", ())
    videos = selectors.list_videos(owner_id=owner_of(request), statuses=statuses, **filters)
    pages = PageNumbers()
    rows = pages.paginate_queryset(videos, request) or []
    serializer = VideoSerializer(context={"request": request})
    documents = [serializer.to_representation(video) for video in rows]
    return dict(pages.get_paginated_response(documents).data)
