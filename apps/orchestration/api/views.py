"""The timeline of a video."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.orchestration import selectors
from apps.orchestration.api.serializers import TimelineSerializer
from frameflow.api.requests import owner_of


class TimelineView(APIView):
    """What happened to a video's extractions, the newest first."""

    @extend_schema(summary="Get the timeline of a video", responses=TimelineSerializer)
    def get(self, request: Request, video_id: UUID) -> Response:
        """Return the sagas of an own video with their history; 404 for any other."""
        sagas = selectors.list_sagas_of_video(video_id=video_id, owner_id=owner_of(request))
        return Response(TimelineSerializer({"video_id": video_id, "extractions": sagas}).data)
