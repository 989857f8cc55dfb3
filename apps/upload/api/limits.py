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
        """Return the limits, and what you use of your space where you are known."""
        used = selectors.get_used_bytes(owner_id=owner_of(request)) if request.user.pk else None
        return Response(LimitsSerializer({**limits(), "used_bytes": used}).data)


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
        "retention_days": settings.RETENTION_DAYS,
    }
