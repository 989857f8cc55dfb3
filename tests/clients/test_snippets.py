"""The scripts of others are those that were pinned, and run as the document has them."""

import hashlib
import io
import tarfile
from base64 import b64encode

import pytest

from tests.clients.rivals import DOCUMENT, TUS, UPPY, Rival
from tests.scripts import OtherContents, Script, pinned


def package(**files: bytes) -> bytes:
    """Return a package as npm publishes it."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def script(archive: bytes) -> Script:
    digest = b64encode(hashlib.sha512(archive).digest()).decode()
    return Script("of-others", "1.0.0", f"sha512-{digest}", "all.js")


def test_the_one_script_is_taken_from_a_package() -> None:
    archive = package(**{"package.json": b"{}", "all.js": b"let it = 1;"})
    assert script(archive).found_in(archive) == b"let it = 1;"


def test_another_package_is_refused() -> None:
    expected, given = package(**{"all.js": b"let it = 1;"}), package(**{"all.js": b"let it = 2;"})
    with pytest.raises(OtherContents, match="of-others"):
        script(expected).found_in(given)


def test_every_script_is_pinned_by_its_bytes() -> None:
    assert {each.integrity.partition("-")[0] for each in pinned().values()} == {"sha512"}
    assert set(pinned()) == {TUS.package, UPPY.package}


@pytest.mark.parametrize("rival", [TUS, UPPY], ids=lambda rival: rival.package)
def test_what_runs_is_what_the_document_shows(rival: Rival) -> None:
    assert f"```js\n{rival.snippet}```" in DOCUMENT.read_text()
    for option in ("retryDelays:", "removeFingerprintOnSuccess:"):
        assert option in rival.snippet
        assert option not in rival.by_default
    assert rival.by_default.splitlines() == [
        line
        for line in rival.snippet.splitlines()
        if not line.strip().startswith(("retryDelays:", "removeFingerprintOnSuccess:"))
    ]
