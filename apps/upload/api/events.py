"""Live news of one video, or of a page of the list."""

from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from apps.upload import selectors
from apps.upload.api import operations
from apps.upload.api.listing import documents_of_page
from apps.upload.api.serializers import VideoSerializer
from frameflow.api.events import Watched, events_response
from frameflow.api.objects import AnyAccept
from frameflow.api.requests import owner_of


class VideoEventsView(APIView):
    """One video: `video` with its document at each change, `gone` when it was deleted."""

    content_negotiation_class = AnyAccept

    @operations.video_events
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """Keep the answer open and tell of each change."""
        owner_id = owner_of(request)
        video = selectors.get_video(video_id=pk, owner_id=owner_id)
        path = reverse("video-detail", kwargs={"pk": pk})
        watched = Watched(str(owner_id), str(pk), path)
        document = VideoSerializer(video, context={"request": request})
        return events_response(request, watched, (document.data for _ in range(1)))


class EventsView(APIView):
    """The videos that the list shows, filtered and sorted in the same way."""

    content_negotiation_class = AnyAccept

    @operations.events
    def get(self, request: Request) -> HttpResponse:
        """Keep the answer open and tell of each change."""
        owner_id = owner_of(request)
        page = documents_of_page(request)
        query = request.META.get("QUERY_STRING", "")
        path = f"{reverse('video-list')}?{query}"
        watched = Watched(str(owner_id), str(owner_id), path)
        return events_response(request, watched, page["results"])
