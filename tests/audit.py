"""Asks PyPI for known vulnerabilities of every locked package, and passes only where all is known.

Run as `python -m tests.audit requirements/*.txt`; AUDIT_URL names another service with PyPI's JSON
(`/<name>/<version>/json`). An auditor that skips what it cannot ask passes falsely, so here a line
that is not understood, a package without an answer, and a service that knows of no vulnerability
at all (it is asked about a Django of 2018) are failures. Exit 0: all known, none vulnerable;
1: vulnerable; 2: not known.
"""

import json
import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

SERVICE = "https://pypi.org/pypi"
PIN = re.compile(r"([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==([\w.!+-]+)(?: ; [^;]+)?")
COMMENT = re.compile(r"(^|\s)#.*")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
PATIENCE_S = 30
AT_ONCE = 8


class Pin(NamedTuple):
    """A package in one version."""

    name: str
    version: str


#: Known to everybody who knows anything.
VULNERABLE = Pin("django", "2.0.1")


class NotLocked(ValueError):
    """A line that names no exact version, or one without its hashes."""


class NotAnswered(Exception):
    """Nothing is known about a package."""


def pins_of(text: str) -> Iterator[Pin]:
    """Yield what a requirements file pins; `NotLocked` for a line that would escape the audit.

    Comments go first, line by line: a backslash at the end of one continues nothing.
    """
    bare = "\n".join(COMMENT.sub("", line) for line in text.splitlines())
    for words in map(str.strip, bare.replace("\\\n", " ").split("\n")):
        if not words:
            continue
        pinned, *hashes = re.split(r"\s+(?=--hash)", words)
        found = PIN.fullmatch(pinned)
        if found is None or not hashes or not all(HASH.fullmatch(each) for each in hashes):
            raise NotLocked(words[:100])
        yield Pin(found[1].lower(), found[2])


def vulnerabilities(service: str, pin: Pin) -> list[str]:
    """Return the names of what is known against a package; `NotAnswered` where nothing can be."""
    address = f"{service}/{pin.name}/{pin.version}/json"
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE_S) as answer:  # noqa: S310
            document = json.load(answer)
        same = re.sub(r"[-_.]+", "-", document["info"]["name"]).lower()
        if (same, document["info"]["version"]) != (re.sub(r"[-_.]+", "-", pin.name), pin.version):
            raise NotAnswered("another package was answered")
        return [_words(each) for each in document["vulnerabilities"] if not each.get("withdrawn")]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotAnswered(f"{type(error).__name__}: {error}") from error


def _words(known: dict[str, Any]) -> str:
    fixed = ", ".join(known.get("fixed_in") or ["no version"])
    return f"{known['id']}, mended in {fixed}"


def audit(pins: Sequence[Pin], service: str) -> int:
    """Ask about each package, say what is wrong, and return the exit code."""
    try:
        if not vulnerabilities(service, VULNERABLE):
            raise NotAnswered(f"it knows nothing against {VULNERABLE.name} {VULNERABLE.version}")
    except NotAnswered as error:
        return _end(2, f"{service} cannot be asked: {error}. Nothing was audited.")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        findings = [*pool.map(lambda pin: _finding(service, pin), pins)]
    for pin, (words, _code) in zip(pins, findings, strict=True):
        for each in words:
            print(f"{pin.name} {pin.version}: {each}")  # noqa: T201
    counted = [sum(code == wanted for _words, code in findings) for wanted in (0, 1, 2)]
    summary = "{} packages clean, {} vulnerable, {} not answered".format(*counted)
    return _end(max((code for _words, code in findings), default=2), summary)


def _finding(service: str, pin: Pin) -> tuple[list[str], int]:
    try:
        known = vulnerabilities(service, pin)
    except NotAnswered as error:
        return [f"not answered ({error})"], 2
    return known, 1 if known else 0


def _end(code: int, words: str) -> int:
    print(words)  # noqa: T201
    return code


def _pins_in(path: str) -> set[Pin]:
    pins = set(pins_of(Path(path).read_text()))
    if not pins:
        raise NotLocked(f"there is none in {path}")
    return pins


def main(paths: Sequence[str]) -> int:
    """Audit what these files pin, each package once; a file that pins nothing is no list."""
    try:
        pins = {pin for path in paths for pin in _pins_in(path)}
    except NotLocked as error:
        return _end(2, f"Not a package with its version and hashes: {error}")
    return audit(sorted(pins), os.environ.get("AUDIT_URL") or SERVICE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
