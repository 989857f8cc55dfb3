"""What lies in `deploy/`, read once."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())

_DEFAULT = re.compile(r"\$\{(\w+)(?::-((?:[^{}]|\$\{[^{}]*\})*))?\}")


def instructions(stage: str = "") -> Iterator[tuple[str, str]]:
    """Yield (instruction, arguments) of the Dockerfile, of all stages or of one."""
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"(?m)^\s*#.*\n", "", DOCKERFILE))
    current = ""
    for line in filter(None, joined.splitlines()):
        word, _, rest = line.partition(" ")
        if word == "FROM":
            current = rest.rpartition(" AS ")[2]
        if stage in ("", current):
            yield word, rest.strip()


def filled(text: str) -> str:
    """Return a text of the compose file with the defaults of its variables."""
    while (replaced := _DEFAULT.sub(lambda found: found[2] or "", text)) != text:
        text = replaced
    return text


def manifests() -> Iterator[dict[str, Any]]:
    """Yield every Kubernetes object."""
    for file in sorted((DEPLOY / "kubernetes").glob("*.yaml")):
        yield from (each for each in yaml.safe_load_all(file.read_text()) if each)
