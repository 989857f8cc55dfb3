"""A small web application behind the real dispatcher, for tests of the dispatcher alone.

Run as `python -m tests.platform.web_process PORT ROOT`: no database, objects below ROOT.
"""

import json
import os
import queue
import sys
import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

FAST = {"TRANSFER_TIMEOUT_S": 2, "TRANSFER_MIN_RATE_BYTES_S": 8 * 1024}


def configure(root: str) -> None:
    settings.configure(
        SECRET_KEY="only for this test",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        USE_TZ=True,
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
        DATABASES={},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "rest_framework"],
        REST_FRAMEWORK={
            "DEFAULT_AUTHENTICATION_CLASSES": [],
            "DEFAULT_PERMISSION_CLASSES": [],
            "UNAUTHENTICATED_USER": None,
            "EXCEPTION_HANDLER": "frameflow.api.exception_handler.problem",
        },
        OBJECT_STORE={
            "BACKEND": "frameflow.storage.filesystem.FilesystemStore",
            "OPTIONS": {"root": root},
        },
        MAX_UPLOAD_BYTES=5_000_000,
        DATA_UPLOAD_MAX_MEMORY_SIZE=3 * 1024 * 1024,
        WEB_THREADS=8,
        TRANSFER_THREADS=64,
        **FAST,
    )
    django.setup()


def objects_view() -> Any:
    from hashlib import sha256

    from rest_framework.request import Request
    from rest_framework.views import APIView

    from frameflow.api.objects import AnyAccept, ObjectContent, object_response
    from frameflow.storage import store

    class ObjectView(APIView):
        content_negotiation_class = AnyAccept

        def get(self, request: Request, key: str) -> HttpResponseBase:
            size_bytes = 10 if key == "lost" else store().stat(key).size_bytes
            content = ObjectContent(
                key=key,
                size_bytes=size_bytes,
                sha256=sha256(key.encode()).hexdigest(),
                content_type="application/zip",
                filename="férias.zip",
            )
            return object_response(request, content, read=store().read)

        def head(self, request: Request, key: str) -> HttpResponseBase:
            return self.get(request, key)

    return ObjectView.as_view()


DOCUMENTS: dict[str, dict[str, Any]] = {}
PASSING: "queue.Queue[str]" = queue.Queue()
ASKED: list[str] = []


def document(request: HttpRequest, key: str) -> HttpResponse:
    """Keep a document, or forget it."""
    if request.method == "DELETE":
        del DOCUMENTS[key]
    else:
        DOCUMENTS[key] = {"id": key, **json.loads(request.body)}
    return HttpResponse(status=204)


def news(request: HttpRequest, topic: str) -> HttpResponse:
    """Let a message about a topic pass, or the channel fail."""
    PASSING.put(topic)
    return HttpResponse(status=204)


def passing() -> Iterator[Any]:
    """What the bus would let a listener hear."""
    from frameflow.contracts import Envelope

    facts: dict[str, Any] = {"version": 1, "type": "X", "causation_id": None, "producer": "upload"}
    while (topic := PASSING.get()) != "failure":
        ids = {"message_id": uuid4(), "correlation_id": uuid4()}
        at = "2026-03-01T12:00:00Z"
        yield Envelope(**facts, **ids, occurred_at=at, payload={"video_id": topic})
    raise ConnectionError("the channel is away")


def live_views() -> Any:
    from django.http import Http404
    from rest_framework.exceptions import NotAuthenticated
    from rest_framework.request import Request
    from rest_framework.views import APIView

    from frameflow.api.conditions import versioned
    from frameflow.api.events import Watched, events_response
    from frameflow.api.objects import AnyAccept

    class DocumentView(APIView):
        def get(self, request: Request, key: str = "") -> HttpResponseBase:
            ASKED.append(key)
            if request.headers.get("X-Session") == "ended" and DOCUMENTS.get("ended"):
                raise NotAuthenticated
            if not key:
                prefix = request.query_params["prefix"]
                found = [each for name, each in DOCUMENTS.items() if name.startswith(prefix)]
                return versioned(request, {"results": found})
            if key not in DOCUMENTS:
                raise Http404
            language = request.headers.get("Accept-Language", "")
            return versioned(request, {**DOCUMENTS[key], "language": language})

    class EventsView(APIView):
        content_negotiation_class = AnyAccept

        def get(self, request: Request, person: str, topic: str) -> HttpResponseBase:
            path = f"/documents/{topic}/"
            if "prefix" in request.query_params:
                path = f"/documents/?prefix={request.query_params['prefix']}"
            return events_response(request, Watched(person, topic, path), [])

    return DocumentView.as_view(), EventsView.as_view()


def facts(request: HttpRequest) -> HttpResponse:
    """What the process holds at this moment."""
    import psutil

    files = sum("/objects/" in each.path for each in psutil.Process().open_files())
    return JsonResponse(
        {
            "rss_bytes": psutil.Process().memory_info().rss,
            "open_objects": files,
            "threads": threading.active_count(),
            "real_ip": request.headers.get("X-Real-Ip", ""),
            "forwarded_for": request.headers.get("X-Forwarded-For", ""),
            "forwarded_proto": request.headers.get("X-Forwarded-Proto", ""),
            "host": request.headers.get("Host", ""),
            "received_bytes": len(request.body),
            "asked": ASKED,
        }
    )


def receive(request: HttpRequest) -> HttpResponse:
    """Count the bytes of an upload without keeping them."""
    count = 0
    while chunk := request.read(65536):
        count += len(chunk)
    return JsonResponse({"received_bytes": count})


def written_while_read(request: HttpRequest) -> StreamingHttpResponse:
    """A file far longer than what waits in sockets."""
    return StreamingHttpResponse(bytes(64 * 1024) for _ in range(1000))


urlpatterns: list[Any] = []


if __name__ == "__main__":
    import uvicorn

    # The module runs as __main__, which is then the one that holds the addresses.
    configure(sys.argv[2])
    os.environ["DJANGO_SETTINGS_MODULE"] = ""
    from django.views.decorators.csrf import csrf_exempt

    documents, events = live_views()
    urlpatterns += [
        path("documents/", documents),
        path("documents/<key>/", documents),
        path("events/<person>/<topic>/", events),
        path("keep/<key>", csrf_exempt(document)),
        path("news/<topic>", csrf_exempt(news)),
        path("settings/data/", written_while_read),
        path("facts", csrf_exempt(facts)),
        path("api/v1/videos/", csrf_exempt(receive)),
        path("", csrf_exempt(receive)),
        path("objects/<path:key>", objects_view()),
    ]
    from frameflow.asgi import application
    from frameflow.operations.management.commands.runweb import SERVER

    application.streams.news._watch = passing
    uvicorn.run(application, port=int(sys.argv[1]), timeout_graceful_shutdown=10, **SERVER)
