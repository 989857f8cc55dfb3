"""What processing keeps about a person."""

from collections.abc import Iterator
from uuid import UUID

from apps.processing import selectors
from frameflow.pages.personal import PersonalDataView, Row


class DataView(PersonalDataView):
    """The work done for a person."""

    def rows(self, owner_id: UUID) -> Iterator[Row]:
        return selectors.personal_data(owner_id=owner_id)
