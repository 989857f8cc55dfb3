"""No pattern of ours takes longer than its text is long: none can be made to search for ever."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest

import apps
import frameflow

LENGTH = 20_000
SKIPPED = ("frameflow.settings", "frameflow.asgi", "frameflow.wsgi", ".migrations", "__main__")
PIECES = (
    "a",
    "0",
    "1:",
    "0.",
    "a-",
    "-",
    " ",
    "_",
    "/a",
    "a/",
    "a.",
    "@",
    "a@",
    "`",
    "\\",
    "\t",
    "é",
)
PIECES += (
    "bytes=",
    "eyJ",
    "eyJa.",
    "ff_",
    "/password/reset/",
    "X-Amz-Signature=",
    "https://a.",
    "..",
)


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield every compiled pattern that a module of ours keeps."""
    for package in (apps, frameflow):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not any(each in f"{found.name}." for each in SKIPPED):
                module = importlib.import_module(found.name)
                for name, value in vars(module).items():
                    several = value if isinstance(value, tuple) else (value,)
                    for each in several:
                        if isinstance(each, re.Pattern) and isinstance(each.pattern, str):
                            yield f"{found.name}.{name}", each


FOUND = list({each.pattern: (name, each) for name, each in patterns()}.values())


def slowest_s(pattern: re.Pattern[str]) -> float:
    """Return how much CPU the worst text takes: others may be at work on this machine."""
    slowest = 0.0
    for piece in PIECES:
        text = piece * (LENGTH // len(piece))
        for tried in (text, text + "!", "0" + text + "\n"):
            for way in (pattern.search, pattern.fullmatch):
                began = time.thread_time()
                way(tried)
                slowest = max(slowest, time.thread_time() - began)
    return slowest


@pytest.mark.parametrize(("name", "pattern"), FOUND, ids=[name for name, _ in FOUND])
def test_a_pattern_is_done_with_any_text_at_once(name: str, pattern: re.Pattern[str]) -> None:
    assert slowest_s(pattern) < 0.5, name


def test_there_are_patterns_and_a_slow_one_would_be_seen() -> None:
    assert len(FOUND) > 10
    assert re.compile("x").search("y") is None
    slow = re.compile(r"(?:a|aa)+$")
    began = time.thread_time()
    slow.search("a" * 28 + "!")
    assert time.thread_time() - began > 0.01
