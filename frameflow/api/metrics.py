"""Numbers for a monitoring system, in Prometheus' text format: read from the tables when it asks.

Nothing is counted in memory, so that a restart loses nothing and every web process says the same.
"""

from collections.abc import Callable, Iterator
from functools import partial
from secrets import compare_digest

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from frameflow.api.gauges import MEASURES, Gauge
from frameflow.api.health import read_parts
from frameflow.api.parts import ask

UP = "frameflow_up"


@csrf_exempt  # who asks to change something is told that this cannot be done, not to log in
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """What can be read within two seconds, to who shows `METRICS_TOKEN`, and to staff."""
    if not (_shows_token(request) or request.user.is_staff):
        raise Http404
    return HttpResponse(generate_latest(_Scrape()), content_type=CONTENT_TYPE_LATEST)


def _shows_token(request: HttpRequest) -> bool:
    word, _, shown = request.headers.get("Authorization", "").partition(" ")
    wanted: str = settings.METRICS_TOKEN
    is_same = compare_digest(shown.strip().encode(), wanted.encode())
    return bool(wanted) and word.lower() == "bearer" and is_same


class _Scrape(Collector):
    """All gauges of one moment; names that several parts share are one family."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        families: dict[str, GaugeMetricFamily] = {}
        for gauge in gauges():
            family = families.get(gauge.name) or GaugeMetricFamily(
                gauge.name, gauge.meaning, labels=list(gauge.labels)
            )
            family.add_metric(list(gauge.labels.values()), gauge.value)
            families[gauge.name] = family
        yield from families.values()


def gauges() -> list[Gauge]:
    """Return what every part says of itself, and which of them answered."""
    calls = {f"gauges:{part}": partial(_all_of, part) for part in MEASURES}
    checks = {name: partial(_nothing_of, check) for name, check in read_parts().items()}
    answers = ask({**checks, **calls})
    read = [gauge for each in answers.values() for gauge in each.value or ()]
    return read + [_up(name, is_up=each.ok) for name, each in answers.items()]


def _all_of(part: str) -> list[Gauge]:
    return [gauge for measure in MEASURES[part].values() for gauge in measure()]


def _nothing_of(check: Callable[[], object]) -> list[Gauge]:
    check()
    return []


def _up(part: str, *, is_up: bool) -> Gauge:
    meaning = "Whether a part answered within two seconds"
    return Gauge(name=UP, meaning=meaning, value=float(is_up), labels={"part": part})
