"""The addresses of the project, with a page that takes videos and does nothing else."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from apps.upload.receiving import take_in
from frameflow.contracts import Options
from frameflow.urls import urlpatterns as all_addresses


@csrf_exempt
def upload_page(request: HttpRequest) -> HttpResponse:
    def options_from(fields: Any) -> Options:
        return Options(interval=fields["interval"])

    video = take_in(request, owner_id=request.user.pk, options_from=options_from)
    return HttpResponse(str(video.pk), status=201)


urlpatterns = [path("", upload_page), *all_addresses]
