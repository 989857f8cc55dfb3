"""One published ZIP, read to its end."""

import hashlib
import json
import zipfile
from io import BufferedReader
from typing import cast

from apps.download.models import Archive
from frameflow.operations.invariants.evidence import Breaches
from frameflow.storage import ObjectNotFound, store


def zip_breaches(archive: Archive) -> Breaches:
    """Yield what is wrong with the bytes: their hash, the entries, what the manifest says."""
    about = f"archive {archive.pk}"
    try:
        with store().local_file(archive.zip_key) as file:
            digest = hashlib.file_digest(cast(BufferedReader, file), "sha256").hexdigest()
            if digest != archive.zip_sha256:
                yield f"{about}: another sha256"
            with zipfile.ZipFile(file) as opened:
                rows = json.loads(opened.read("manifest.json"))["frames"]
                told = [*(row["file"] for row in rows), "manifest.json", "manifest.csv"]
                if opened.namelist() != told or len(rows) != archive.frames or opened.testzip():
                    yield f"{about}: frames and manifest disagree"
    except ObjectNotFound:
        return  # told by who counts the objects
    except (zipfile.BadZipFile, KeyError, ValueError):
        yield f"{about}: its ZIP does not open"
