"""The objects that clients download, and what they are told about them."""

from dataclasses import replace
from hashlib import sha256

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request

from apps.download import services
from apps.download.models import Archive
from apps.download.selectors import Frame
from frameflow.api.objects import Link, ObjectContent, object_response
from frameflow.storage import store

IMAGE_TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}


def zip_content(archive: Archive) -> ObjectContent:
    """Return the ZIP; its size and digest were checked when it was published."""
    return ObjectContent(
        key=archive.zip_key,
        size_bytes=archive.zip_bytes,
        sha256=archive.zip_sha256,
        content_type="application/zip",
        filename=f"frames-{_support_code(archive)}.zip",
    )


def store_link(content: ObjectContent) -> str | None:
    """Return an address at the store where the bytes are to be had, where it gives such."""
    return store().link(
        content.key, disposition=content.disposition, content_type=content.content_type
    )


def zip_response(
    request: Request | HttpRequest, archive: Archive, filename: str = "", link: Link = store_link
) -> HttpResponseBase:
    """Answer with the ZIP, whole or in part; files that are downloaded live longer."""
    content = zip_content(archive)
    if filename:
        content = replace(content, filename=filename)
    answer = object_response(request, content, read=store().read, link=link)
    if request.method == "GET" and answer.status_code in (200, 206, 302):
        services.extend_expiry(archive=archive, at=timezone.now())
    return answer


def manifest_content(archive: Archive, extension: str) -> ObjectContent:
    """Return the manifest as `json` or `csv`."""
    key, content_type = {
        "json": (archive.manifest_key, "application/json"),
        "csv": (archive.manifest_csv_key, "text/csv; charset=utf-8"),
    }[extension]
    filename = f"manifest-{_support_code(archive)}.{extension}"
    return _content(key, content_type, filename, as_attachment=True)


def image_content(frame: Frame) -> ObjectContent:
    """Return the image of a frame; shown by browsers, not saved."""
    return _image(frame.image_key, frame.file)


def thumb_content(frame: Frame) -> ObjectContent:
    """Return the small image of a frame."""
    return _image(frame.thumb_key, None)


def _image(key: str, filename: str | None) -> ObjectContent:
    name = key.rpartition("/")[2]
    content_type = IMAGE_TYPES[name.rpartition(".")[2]]
    return _content(key, content_type, filename or name, as_attachment=False)


def _content(key: str, content_type: str, filename: str, *, as_attachment: bool) -> ObjectContent:
    return ObjectContent(
        key=key,
        size_bytes=store().stat(key).size_bytes,
        sha256=sha256(key.encode()).hexdigest(),  # keys are never overwritten
        content_type=content_type,
        filename=filename,
        as_attachment=as_attachment,
    )


def _support_code(archive: Archive) -> str:
    return str(archive.extraction_id)[:8]
