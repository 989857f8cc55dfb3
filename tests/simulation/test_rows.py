"""What rung 1 does in memory is what the services of the product do on Postgres: the same random
walks, step by step, in both forms."""

from random import Random, SystemRandom

import pytest
from pytest_django.fixtures import Settings as DjangoSettings

from frameflow.storage import ObjectStore
from tests.databases import every_database
from tests.simulation.tables.pairs import JobPair, Pair, SagaPair
from tests.simulation.tables.pairs_of_files import DownloadPair, UploadPair

pytestmark = every_database
KNOWN, STEPS = range(5), 40


@pytest.fixture(autouse=True)
def retention(settings: DjangoSettings) -> None:
    settings.RETENTION_DAYS = 2


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", [SagaPair, JobPair, DownloadPair, UploadPair])
def test_both_forms_go_the_same_way(kind: type[Pair], objects: ObjectStore) -> None:
    fresh = [SystemRandom().randrange(2**31) for _ in KNOWN]
    print(f"walks of seeds {fresh}")  # noqa: T201
    seen: set[str] = set()
    for seed in (*KNOWN, *fresh):
        dice = Random(seed)  # noqa: S311 - the same on every run
        pair = kind(dice, objects)
        pair.empty()
        trace: list[str] = []
        for _ in range(STEPS):
            trace.append(pair.step())
            ours, theirs = pair.in_memory(), pair.in_postgres()
            assert ours == theirs, "\n".join(trace)
            seen |= pair.states()
    assert seen >= kind.EXPECTED  # the known walks come everywhere
