"""Every cell of the Extraction's table."""

import pytest

from apps.upload import services
from apps.upload.exceptions import NothingToRetry
from apps.upload.models import Extraction
from apps.upload.transitions.extraction import TABLE, ExtractionState, Input
from frameflow.bus.models import OutboxMessage
from tests import messages
from tests.databases import every_database
from tests.factories import extraction_of, stored_video
from tests.tables import Cell, cells

pytestmark = every_database

RUN = 3
CELLS = cells("Video and Extraction", table=1)
OUTCOMES = ("ready", "failed", "cancelled", "expired")


def apply(heard: str, extraction: Extraction) -> None:
    video_id = extraction.video_id
    if heard == "cancel":
        services.cancel_video(video_id=video_id)
    elif heard == "retry":
        try:
            services.retry_extraction(video_id=video_id)
        except NothingToRetry:
            return
    else:
        runs = {"lower": RUN - 1, "higher": RUN + 1}
        run = next((value for name, value in runs.items() if name in heard), RUN)
        named = [each for each in (*OUTCOMES, "deleted") if each in heard]
        for outcome in named or OUTCOMES:
            ids = {"extraction_id": extraction.pk, "video_id": video_id, "run": run}
            services.record_ending(ended=messages.extraction_ended(outcome, **ids))


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.id)
def test_every_cell_of_the_table_is_what_the_row_does(cell: Cell) -> None:
    extraction = extraction_of(stored_video(extraction=None), cell.state, run=RUN)
    apply(cell.heard, extraction)
    after = Extraction.objects.get()
    assert after.state == cell.next_state
    assert after.run == RUN + ("run+1" in cell.text)
    said = list(OutboxMessage.objects.using("upload").values_list("type", flat=True))
    assert said == cell.says


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.id)
def test_the_table_in_code_is_that_of_the_page(cell: Cell) -> None:
    asked = TABLE[Input(cell.heard)][ExtractionState(cell.state)]
    assert asked.value == (cell.text if cell.is_ignored or cell.is_impossible else cell.next_state)
    assert {each.heard for each in CELLS} == set(Input)
