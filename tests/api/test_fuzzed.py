"""Every operation keeps what its description promises, whatever it is sent.

Each has a request that is answered well, else nothing would be checked but refusals; then come
requests that schemathesis makes up, as the owner and as a stranger, always the same ones.
"""

from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import requests
import schemathesis
import werkzeug
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test.client import MULTIPART_CONTENT
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import one_of
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import negative_data_rejection, response_schema_conformance
from schemathesis.transport.requests import prepare_multipart_parts
from schemathesis.transport.wsgi import WSGI_TRANSPORT, multipart_serializer

from frameflow.api.problems import MEDIA_TYPE
from frameflow.api.schema import document, operations
from frameflow.storage import ObjectStore
from frameflow.wsgi import application
from tests.api.good_requests import PIECE, Cast, film_with, undone
from tests.databases import every_database

pytestmark = every_database

FEW, MANY = 6, 100
OPERATIONS = [(path, method, op["operationId"]) for path, method, op in operations(document())]
PATHS = sorted({path for path, *_ in OPERATIONS})
STREAMS = ("videos_follow", "videos_follow_list")
METHODS = {"get", "post", "put", "patch", "delete"}

CONFIG = {
    "generation": {"with-security-parameters": False},  # who asks is said by the test
    "checks": {
        "negative_data_rejection": {"expected-statuses": ["4xx"]},
        # A description cannot say which passwords are common, which links are fresh, or which
        # options fit together: good requests are made by hand, one for each operation.
        "positive_data_acceptance": {"enabled": False},
    },
}


@WSGI_TRANSPORT.serializer("multipart/form-data")
def _as_programs_send_it(context: Any, body: Any) -> dict[str, Any]:
    """werkzeug forgets the empty line before an empty field, and the field is lost on its way."""
    if not isinstance(body, dict):
        return multipart_serializer(context, body)
    files, fields = prepare_multipart_parts(context, body)
    sent = requests.Request("POST", "http://localhost/", files=files, data=fields).prepare()
    if sent.body is None:  # no field has a value
        return multipart_serializer(context, body)
    return {"data": sent.body, "content_type": sent.headers["Content-Type"]}


@schemathesis.serializer(PIECE)
def _as_it_is(context: Any, body: Any) -> bytes:
    """A piece is bytes."""
    return body if isinstance(body, bytes) else str(body).encode()


def _strict() -> dict[str, Any]:
    """Return the description without its "any other refusal": each status must be named."""
    described = deepcopy(document())
    for _path, _method, operation in operations(described):
        del operation["responses"]["default"]
    return described


SCHEMA = schemathesis.openapi.from_dict(_strict(), config=SchemathesisConfig.from_dict(CONFIG))
SCHEMA.app = application


def each(*chosen: tuple[str, str, str]) -> pytest.MarkDecorator:
    """Return the mark for a test of each of these operations."""
    names = [name for *_, name in chosen]
    return pytest.mark.parametrize(("path", "method", "name"), chosen, ids=names)


@pytest.fixture(scope="module")
def calls(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """How many requests each of them sent; said at the end."""
    counted = Counter[str]()
    yield counted
    if terminal := request.config.pluginmanager.get_plugin("terminalreporter"):
        terminal.write_line(f"\n{len(OPERATIONS)} operations, calls: {dict(counted)}")


@pytest.fixture
def one_transaction() -> Iterator[None]:
    """Requests leave the connections open, for what the test has stored is seen by no other."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def cast(one_transaction: None, objects: ObjectStore, settings: Any, calls: Counter[str]) -> Cast:
    """An owner, a stranger and their things; nobody is told to wait."""
    rates = dict.fromkeys(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "1000000/min")
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    return Cast(calls)


@each(*OPERATIONS)
def test_a_good_request_is_answered_as_described(
    cast: Cast, path: str, method: str, name: str
) -> None:
    answer = _send(cast, _good(cast, path, method, name), "olivia")
    assert 200 <= answer.status_code < 300


@each(*[each for each in OPERATIONS if "{" in each[0]])
def test_a_stranger_finds_nothing_of_the_owners(
    cast: Cast, path: str, method: str, name: str
) -> None:
    answer = _send(cast, _good(cast, path, method, name), "sam")
    assert answer.status_code == 404


@each(*OPERATIONS)
def test_made_up_requests_are_answered_as_described(
    cast: Cast, path: str, method: str, name: str
) -> None:
    _fuzz(cast, path, method, name, FEW)


@pytest.mark.long
@each(*OPERATIONS)
def test_many_made_up_requests_are_answered_as_described(
    cast: Cast, path: str, method: str, name: str
) -> None:
    _fuzz(cast, path, method, name, MANY)


@pytest.mark.parametrize("path", PATHS)
def test_a_method_that_is_not_described_is_refused(cast: Cast, path: str) -> None:
    described = {method for each, method, _name in OPERATIONS if each == path}
    address = path.format(**cast.path_parameters(""))
    for method in METHODS - described:
        answer = werkzeug.Client(application).open(
            address, method=method.upper(), headers=cast.headers("olivia")
        )
        assert (answer.status_code, answer.mimetype) == (405, MEDIA_TYPE), method
        assert described <= set(answer.headers["Allow"].lower().split(", "))


def _good(cast: Cast, path: str, method: str, name: str) -> Case:
    """Return the request that the operation answers well."""
    case = SCHEMA[path][method.upper()].Case(path_parameters=cast.ids_of(path, name))
    case.headers.update(cast.said(name))
    body = cast.body(name)
    if name == "uploads_send":
        case.body, case.media_type = body, PIECE
    elif isinstance(body, bytes):
        _give_film(case, body)
    elif body is not None:
        case.body, case.media_type = body, "application/json"
    return case


def _give_film(case: Case, body: bytes) -> None:
    case.body, case.media_type = body, "multipart/form-data"
    case.headers["Content-Type"] = MULTIPART_CONTENT


def _fuzz(cast: Cast, path: str, method: str, name: str, examples: int) -> None:
    """Send good and bad requests, with the owner's ids and with any, as owner and as stranger."""
    operation = SCHEMA[path][method.upper()]
    ids = cast.ids_of(path, name)
    made = [
        operation.as_strategy(generation_mode=mode, **more)
        for mode in GenerationMode
        for more in ([{"path_parameters": ids}, {}] if ids else [{}])
    ]

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=one_of(made))
    def send(case: Case) -> None:
        if name == "videos_create" and case.meta.generation.mode.is_positive:
            made_up, case = case, operation.Case(headers=case.headers)
            _give_film(case, film_with(made_up.body))
        _send(cast, case, "olivia")
        answer = _send(cast, case, "sam")
        assert not ids or answer.status_code >= 400

    send()


def _send(cast: Cast, case: Case, who: str) -> Response:
    """Send a request, check the answer against the description, and take it back."""
    cast.calls[who] += 1
    headers = cast.headers(who)
    with undone():
        answer = case.call(headers=headers)
        case.validate_response(
            answer,
            headers=headers,
            transport_kwargs={"headers": headers},
            excluded_checks=[*_left_out(case, answer)],
        )
    return answer


def _left_out(case: Case, answer: Response) -> Iterator[Any]:
    """Yield the checks that would judge wrongly. An event stream is described as the text that it
    is, where schemathesis looks for the form of one event, and a part of a JSON text is none. A
    value that a form leaves empty is left out; a multipart body without fields has none."""
    if case.operation.definition.raw["operationId"] in STREAMS or answer.status_code == 206:
        yield response_schema_conformance
    no_form = case.media_type == "multipart/form-data" and not isinstance(case.body, dict)
    if no_form or any(value in ("", [""]) for value in (case.query or {}).values()):
        yield negative_data_rejection
