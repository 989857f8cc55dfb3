"""What clients are told about the objects that they download."""

from hashlib import sha256

from apps.download.models import Archive
from apps.download.selectors import Frame
from frameflow.api.objects import ObjectContent
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
