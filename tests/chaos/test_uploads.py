"""What is sent is the same for the same seed, and a share of it comes in pieces."""

from collections import Counter
from itertools import islice

from tests.chaos.kinds import Kind, Kinds
from tests.chaos.uploads import VANISH, Upload, make_uploads

KINDS = Kinds([Kind("two", b"x")], [Kind("nothing", b"", code="empty")])


def first(seed: int, count: int) -> list[Upload]:
    return list(islice(make_uploads(seed, KINDS), count))


def test_a_seed_makes_the_same_uploads_again() -> None:
    assert first(1, 200) == first(1, 200)
    assert first(1, 200) != first(2, 200)


def test_a_third_of_the_good_ones_comes_in_pieces() -> None:
    sent = first(1, 3000)
    good = [each for each in sent if each.kind.is_good and not each.vanishes]
    in_pieces = [each for each in sent if each.in_pieces]
    assert 0.30 < len(in_pieces) / len(good) < 0.37
    assert {each.conduct for each in in_pieces} == {each.conduct for each in good}
    assert all(each in good for each in in_pieces)
    assert all(1 < 1 / each.piece_share <= 10 for each in in_pieces)


def test_who_vanishes_does_so_in_three_ways() -> None:
    vanished = Counter(each.conduct for each in first(1, 3000) if each.vanishes)
    assert set(vanished) == set(VANISH)
    assert min(vanished.values()) > 70
