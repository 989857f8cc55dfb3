"""Seeds that once broke a promise: each is played again in every run of the tests."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("corpus.toml")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A seed of a rung, and what it once broke. Where the actions of a rung change, its seeds mean
    other schedules: then they are only as good as fresh ones."""

    rung: int
    seed: int
    broke: str

    def __post_init__(self) -> None:
        if not self.broke.strip():
            raise ValueError(f"seed {self.seed} of rung {self.rung} does not say what it broke")


def kept(rung: int, file: Path = FILE) -> list[Kept]:
    """Return the seeds of a rung; `ValueError` where one does not say what it broke."""
    seeds = tomllib.loads(file.read_text()).get("seed", [])
    return [each for each in (Kept(**seed) for seed in seeds) if each.rung == rung]
