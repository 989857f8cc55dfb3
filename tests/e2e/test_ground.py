"""The ground of these tests is chosen by three words."""

import pytest

from tests.e2e.ground import WORDS, Ground, chosen, plain_environment


@pytest.fixture(autouse=True)
def nothing_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in WORDS:
        monkeypatch.delenv(name, raising=False)


def test_without_words_it_is_the_first_hour() -> None:
    assert chosen() == Ground("filesystem", "embedded", "redis_pubsub")


def test_an_empty_word_is_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORE", "")
    assert chosen() == Ground()


@pytest.mark.parametrize("name", WORDS)
def test_a_wrong_word_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "elsewhere")
    allowed = ", ".join(WORDS[name])
    with pytest.raises(pytest.UsageError, match=f"^{name} must be one of {allowed}, not 'elsewhe"):
        chosen()


def test_the_servers_and_buckets_of_whoever_runs_the_tests_are_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AUTH_DATABASE_URL", "REDIS_URL_FILE", "S3_BUCKET", "AWS_PROFILE", "EVENT_BUS"):
        monkeypatch.setenv(name, "theirs")
    assert "theirs" not in plain_environment().values()
