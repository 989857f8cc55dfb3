"""Where a developer begins."""

from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

#: What can be asked without knowing the id of anything.
DOORS = ("auth/register", "auth/token", "auth/token/refresh", "auth/me", "videos")


class RootView(APIView):
    """Frame Flow: upload a video, get exactly the frames you asked for, as a ZIP."""

    permission_classes = [AllowAny]

    def get_view_name(self) -> str:
        """Return the title of the page."""
        return "Frame Flow"

    def get(self, request: Request) -> Response:
        """Return the addresses to begin with."""
        here = request.build_absolute_uri()
        return Response({door: f"{here}{door}/" for door in DOORS})
