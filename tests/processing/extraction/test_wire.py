"""Words between supervisor and child: what goes in comes out, and nothing else does."""

import json
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.processing.extraction import Estimate, Limits, Notice, Options, VideoFacts
from apps.processing.extraction.channel.protocol import (
    PREFIX,
    Assembler,
    Done,
    Kind,
    PictureHead,
    Refusal,
    Request,
)
from apps.processing.extraction.channel.spans import BLOCK_BYTES, MIB, MOST_SPANS, AskedSpans, Span
from apps.processing.extraction.channel.wire import Garbled, dump, load

OPTIONS = Options(
    mode="timestamps",
    interval_s=Fraction(1, 3),
    timestamps_s=(Fraction(1), Fraction(5, 2)),
    end_s=Fraction(7),
)
REQUEST = Request("extract", OPTIONS, Limits(wall_s=5))
HEAD = PictureHead(Fraction(1, 3), Fraction(0), 2, 3, 4)


def test_a_request_survives_the_way() -> None:
    assert load(Request, json.loads(json.dumps(dump(REQUEST)))) == REQUEST


@given(st.binary(max_size=200))
def test_whatever_arrives_is_a_message_or_garbled(noise: bytes) -> None:
    assembler = Assembler(max_body_bytes=100)
    try:
        for message in assembler.feed(noise):
            message.read(PictureHead)
    except Garbled:
        pass


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(10**400) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@dataclass(frozen=True)
class Cost:
    seconds: float


def test_a_number_without_end_is_garbled() -> None:
    with pytest.raises(Garbled):
        load(Cost, {"seconds": 10**400})


SHAPES = [PictureHead, Done, Refusal, VideoFacts, Estimate, Span, Notice]


@pytest.mark.parametrize("shape", SHAPES)
@given(data=st.data())
def test_a_head_of_the_right_names_is_a_message_or_garbled(
    shape: type, data: st.DataObject
) -> None:
    head = {each.name: data.draw(ANYTHING) for each in fields(shape)}
    with suppress(Garbled):
        load(shape, head)


@given(st.integers(min_value=1, max_value=50))
def test_messages_in_pieces_are_put_together(step: int) -> None:
    encoded = json.dumps(dump(HEAD)).encode()
    stream = (PREFIX.pack(Kind.PICTURE, len(encoded), 3) + encoded + b"abc") * 3
    assembler = Assembler(max_body_bytes=3)
    pieces = [stream[at : at + step] for at in range(0, len(stream), step)]
    messages = [message for piece in pieces for message in assembler.feed(piece)]
    assert [(message.read(PictureHead), message.body) for message in messages] == [
        (HEAD, b"abc")
    ] * 3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("width", "2"),
        ("width", True),
        ("width", 2**63),
        ("width", None),
        ("requested_s", "1/0"),
        ("requested_s", "1e999999999"),
        ("requested_s", 1),
        ("requested_s", "1" * 31),
    ],
)
def test_a_field_of_another_kind_is_garbled(field: str, value: object) -> None:
    raw = dump(HEAD)
    assert load(PictureHead, raw) == replace(HEAD)
    with pytest.raises(Garbled):
        load(PictureHead, {**raw, field: value})


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "x" * 401])
def test_text_that_no_database_stores_is_garbled(text: str) -> None:
    assert load(Refusal, dump(Refusal("empty", "ü\n"))) == Refusal("empty", "ü\n")
    with pytest.raises(Garbled):
        load(Refusal, {"code": "empty", "detail": text})


def test_fields_too_many_and_too_few_are_garbled() -> None:
    raw = dump(HEAD)
    with pytest.raises(Garbled):
        load(PictureHead, {**raw, "more": 1})
    with pytest.raises(Garbled):
        load(PictureHead, {name: raw[name] for name in list(raw)[1:]})
    with pytest.raises(Garbled):
        load(PictureHead, [])


def test_no_more_spans_are_served_than_a_video_can_need() -> None:
    size = 40_000 * BLOCK_BYTES
    asked = AskedSpans(size)
    allowed = MOST_SPANS + size // MIB
    for number in range(allowed):
        asked.add(Span(number * BLOCK_BYTES, BLOCK_BYTES))
    with pytest.raises(Garbled):
        asked.add(Span(allowed * BLOCK_BYTES, BLOCK_BYTES))


def test_the_last_block_of_a_video_may_be_short() -> None:
    asked = AskedSpans(BLOCK_BYTES + 10)
    asked.add(Span(BLOCK_BYTES, 10))
    with pytest.raises(Garbled):
        asked.add(Span(0, BLOCK_BYTES - 10))
