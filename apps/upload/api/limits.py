"""What can be sent at all, for programs that ask before they send."""

from typing import Any

from django.conf import settings
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.upload import selectors
from apps.upload.api import operations
from apps.upload.api.serializers import LimitsSerializer
from apps.upload.api.serializers.options import bounds_of
from apps.upload.models.source_type import EXTENSIONS
from frameflow.api.requests import owner_of


class LimitsView(APIView):
    """The limits of this place; open to everybody."""

    permission_classes = [AllowAny]

    @operations.limits
    def get(self, request: Request) -> Response:
        """Return the limits, and what you have of them where you are known."""
        return Response(LimitsSerializer({**limits(), **_taken(request)}).data)


def _taken(request: Request) -> dict[str, int | None]:
    if not request.user.pk:
        return {"used_bytes": None, "runs_at_work": None}
    owner_id = owner_of(request)
    return {
        "used_bytes": selectors.get_used_bytes(owner_id=owner_id),
        "runs_at_work": selectors.count_runs_at_work(owner_id=owner_id),
    }


def limits() -> dict[str, Any]:
    """Return what is the same for everybody."""
    shortest, longest = bounds_of("interval")
    return {
        "max_upload_bytes": settings.MAX_UPLOAD_BYTES,
        "quota_bytes": settings.QUOTA_BYTES,
        "max_duration_s": settings.MAX_DURATION_S,
        "max_frames": settings.MAX_FRAMES,
        "frame_interval_s": settings.FRAME_INTERVAL_S,
        "min_interval_s": shortest,
        "max_interval_s": longest,
        "extensions": sorted(EXTENSIONS),
        "max_active_uploads": settings.MAX_ACTIVE_UPLOADS,
        "max_runs_at_work": settings.MAX_RUNS_AT_WORK,
        "retention_days": settings.RETENTION_DAYS,
    }
