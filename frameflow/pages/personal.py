"""What is kept about a person, as JSON that is written while it is read.

Each context tells of its own tables at its own address (`upload:data`); no other context's tables
are read for it, and nobody's but those of the person who asks.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, StreamingHttpResponse
from django.views import View

from frameflow.api.requests import owner_of

#: The name of a table, and a row of it; the rows of a table follow one another.
Row = tuple[str, Mapping[str, object]]


class PersonalDataView(LoginRequiredMixin, View):
    """One context's part: `{"videos": [{…}, …], …}`."""

    http_method_names = ["get"]

    def rows(self, owner_id: UUID) -> Iterator[Row]:
        """Yield every row that the context keeps about a person."""
        raise NotImplementedError

    def get(self, request: HttpRequest) -> StreamingHttpResponse:
        """Answer while the rows are read."""
        pieces = written(self.rows(owner_of(request)))
        return StreamingHttpResponse(pieces, content_type="application/json")


def written(rows: Iterator[Row]) -> Iterator[str]:
    """Yield a JSON object of tables, piece by piece."""
    yield "{"
    for number, (table, those) in enumerate(groupby(rows, key=itemgetter(0))):
        yield f"{', ' if number else ''}{json.dumps(table)}: ["
        for place, (_table, row) in enumerate(those):
            text = json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)
            yield f"{',' if place else ''}\n {text}"
        yield "]\n"
    yield "}"
