"""Links that show a result to whoever has them."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.download import selectors, services
from apps.download.api.annotations import NOT_READY
from apps.download.api.serializers import (
    MadeShareSerializer,
    NewShareSerializer,
    ShareSerializer,
)
from frameflow.api.requests import owner_of, site_of


class SharesView(GenericAPIView[Any]):
    """The links to the results of a video: each shows one result, read-only, until it ends."""

    serializer_class = NewShareSerializer
    pagination_class = None  # twenty at most

    @extend_schema(
        operation_id="shares_list",
        summary="List the links",
        responses=ShareSerializer(many=True),
    )
    def get(self, request: Request, video_id: UUID) -> Response:
        """Return those that work, the newest first."""
        shares = selectors.list_shares(
            video_id=video_id, owner_id=owner_of(request), at=timezone.now()
        )
        return Response(ShareSerializer(shares, many=True).data)

    @extend_schema(
        operation_id="shares_create",
        summary="Make a link",
        responses={201: MadeShareSerializer, **NOT_READY},
    )
    def post(self, request: Request, video_id: UUID) -> Response:
        """Make a link to the newest ready result; its address is answered this one time."""
        wishes = self.get_serializer(data=request.data)
        wishes.is_valid(raise_exception=True)
        made = services.make_share(
            video_id=video_id,
            owner_id=owner_of(request),
            at=timezone.now(),
            **wishes.validated_data,
        )
        url = site_of(request) + reverse("download:shared", args=[made.token])
        document = {**ShareSerializer(made.share).data, "url": url}
        return Response(document, status=status.HTTP_201_CREATED)


class ShareView(APIView):
    """One link."""

    @extend_schema(operation_id="shares_destroy", summary="Stop sharing", responses={204: None})
    def delete(self, request: Request, video_id: UUID, share_id: UUID) -> Response:
        """End it at once."""
        services.stop_share(share_id=share_id, video_id=video_id, owner_id=owner_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
