"""What the engine may know."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOREIGN = {"django", "pydantic", "rest_framework", "redis", "rq", "boto3", "frameflow", "httpx"}
FACE = "apps.processing.extraction"
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "apps/processing/extraction").rglob("*.py")
    if path.stem not in ("__init__", "__main__")
)


def loaded_by(*modules: str) -> set[str]:
    """Return the top packages that a fresh interpreter has after importing modules."""
    script = f"import sys, {', '.join(modules)}\nprint(*{{n.split('.')[0] for n in sys.modules}})"
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env={}, capture_output=True, check=True, text=True
    )
    return set(ended.stdout.split())


@pytest.mark.parametrize("module", [FACE, f"{FACE}.channel.protocol", f"{FACE}.child.serving"])
def test_the_face_never_loads_pyav(module: str) -> None:
    loaded = loaded_by(module)
    assert "av" not in loaded
    assert not loaded & FOREIGN


def test_no_part_of_the_engine_loads_a_framework() -> None:
    loaded = loaded_by(*MODULES)
    assert "av" in loaded
    assert not loaded & FOREIGN
    assert "numpy" not in loaded
