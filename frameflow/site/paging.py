"""Pages of long lists: nobody waits for the exact number of a hundred thousand rows."""

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property

if TYPE_CHECKING:
    Base = Paginator[Any]
else:
    Base = Paginator

CAP = 5000


class CappedPaginator(Base):
    """Counts to `CAP` and no further; a search or a filter leads to what lies behind."""

    @cached_property
    def count(self) -> int:
        """Return how many rows there are, `CAP` where there are more."""
        return min(self._counted, CAP)

    @property
    def is_capped(self) -> bool:
        """Return whether there are more rows than pages for them."""
        return self._counted > CAP

    @cached_property
    def _counted(self) -> int:
        # Without the order and the columns: the database stops at the limit.
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: CAP + 1].count())
