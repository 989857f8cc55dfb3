"""Our own source, read as text and as syntax trees."""

import ast
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Source:
    """One module: `path` relative to the root, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def module(self) -> str:
        return module_of(Path(self.path))

    @property
    def context(self) -> str | None:
        """Return the context the module belongs to, or None."""
        package, *rest = self.module.split(".")
        return rest[0] if package == "apps" and rest else None


def module_of(path: Path) -> str:
    """Return the dotted name of a file relative to the root."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


@cache
def sources(*packages: str) -> list[Source]:
    """Return every module of our packages, migrations left out: they are a record."""
    found = sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))
    return [
        Source(path.relative_to(ROOT).as_posix(), path.read_text())
        for path in found
        if "migrations" not in path.parts
    ]
