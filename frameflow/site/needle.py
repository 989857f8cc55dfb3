"""What support types into a search box: a support code, an id or its beginning, an address."""

import re
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.db.models import Q

_CODE = re.compile(r"[a-z_]{1,40}-(?=[0-9a-f]{8}$)")
_DIGITS = re.compile(r"[0-9a-f]{8,32}")

NOTHING = Q(pk__in=())


@dataclass(frozen=True)
class Needle:
    """A search term, understood. `ids` are the first and the last id that it may mean."""

    text: str
    ids: tuple[UUID, UUID] | None = None

    @classmethod
    def of(cls, text: str) -> Self:
        """Understand `UNREADABLE-04537bd1`, `04537bd1`, a whole id, or anything else as text."""
        text = text.strip()
        digits = _CODE.sub("", text.lower()).replace("-", "")
        if not _DIGITS.fullmatch(digits):
            return cls(text)
        return cls(text, (UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))))

    @property
    def is_email(self) -> bool:
        return "@" in self.text

    def within(self, *fields: str) -> Q:
        """Match ids that begin so, by ranges: each can use the index of its column."""
        found = NOTHING
        if self.ids:
            first, last = self.ids
            for field in fields:  # not `range`: foreign keys have none
                found |= Q(**{f"{field}__gte": first, f"{field}__lte": last})
        return found
