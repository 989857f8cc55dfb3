"""What is pure is imported without Django; what serves the web is imported without PyAV."""

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

FRAMEWORKS = ("django", "rest_framework", "redis", "rq", "boto3", "structlog")

BARE = """
import sys
sys.path[:0] = {paths!r}
import {module}
loaded = sorted({{name.partition(".")[0] for name in sys.modules}} & set({forbidden!r}))
print(loaded)
"""

WEB = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "frameflow.settings.test"
import frameflow.asgi
from django.urls import get_resolver

def walk(resolver):
    for each in resolver.url_patterns:
        if hasattr(each, "url_patterns"):
            walk(each)
        else:
            assert callable(each.callback)
            walked.append(each)

walked = []
walk(get_resolver())
assert len(walked) > 30, len(walked)
print("av" in sys.modules)
import av
print("av" in sys.modules)  # so that it would be seen
"""

#: What each may find: nothing but itself, or the libraries beside it.
PURE = (
    ("apps.processing.extraction", (*FRAMEWORKS, "pydantic", "frameflow")),
    ("apps.orchestration.saga", FRAMEWORKS),
    ("apps.download.archive", FRAMEWORKS),
    ("apps.processing.transitions", FRAMEWORKS),
    ("apps.upload.transitions", FRAMEWORKS),
    ("frameflow.contracts", FRAMEWORKS),
    ("frameflow.contexts", (*FRAMEWORKS, "pydantic")),
    ("frameflow.heartbeat", (*FRAMEWORKS, "pydantic")),
    ("frameflow.exceptions", (*FRAMEWORKS, "pydantic")),
)


def printed(code: str, *flags: str, root: Path = ROOT) -> str:
    done = subprocess.run(
        [sys.executable, *flags, "-c", code], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def loaded_by(module: str, forbidden: tuple[str, ...], root: Path = ROOT) -> str:
    """Import a module in an interpreter without site and environment."""
    paths = [str(root), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    code = BARE.format(paths=paths, module=module, forbidden=list(forbidden))
    return printed(code, "-S", "-E", root=root)


@pytest.mark.parametrize(("module", "forbidden"), PURE)
def test_what_is_pure_is_imported_in_a_bare_interpreter(
    module: str, forbidden: tuple[str, ...]
) -> None:
    assert loaded_by(module, forbidden) == "[]"


def test_a_framework_behind_an_import_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "saga.py").write_text("import helper")
    (tmp_path / "helper.py").write_text("import django")
    assert loaded_by("saga", FRAMEWORKS, root=tmp_path) == "['django']"


def test_the_web_process_never_loads_pyav() -> None:
    assert printed(WEB).splitlines() == ["False", "True"]
