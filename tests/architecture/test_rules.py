"""The rules over the source: kept here, and each seen to break on a line that offends it."""

from collections.abc import Callable, Iterator

import pytest

from tests.architecture import rules
from tests.architecture.source import Source, sources

Rule = Callable[[Source], Iterator[object]]

IMPORT = "from frameflow.contracts import"
OFFENCES: tuple[tuple[Rule, str, str], ...] = (
    (rules.no_model_by_name, "apps/upload/services.py", "apps.get_model('download.Archive')"),
    (rules.no_connection_of_another, "apps/upload/services.py", "connections['download']"),
    (rules.no_connection_of_another, "apps/upload/services.py", "connections[alias].cursor()"),
    (rules.no_connection_of_another, "frameflow/storage/base.py", "connections['upload']"),
    (rules.no_using_of_another, "apps/upload/selectors.py", "Video.objects.using('auth')"),
    (rules.no_using_of_another, "apps/upload/services.py", "video.save(using='download')"),
    (rules.no_using_of_another, "apps/upload/services.py", "unit_of_work('download')"),
    (rules.no_alias_of_another, "apps/upload/services.py", "ALIAS = 'download'"),
    (rules.no_more_of_a_person, "apps/upload/api/views.py", "request.user.email"),
    (rules.no_more_of_a_person, "apps/upload/api/views.py", "self.request.user.videos.all()"),
    (rules.no_environment, "apps/upload/services.py", "os.environ['HOME']"),
    (rules.no_environment, "frameflow/api/health.py", "os.getenv('HOME')"),
    (rules.no_opening_of_videos, "apps/processing/extraction/surveying/facts.py", "av.open(path)"),
    (rules.no_opening_of_videos, "apps/processing/jobs/run.py", "from av import open"),
    (rules.no_enqueueing, "apps/processing/services/claims.py", "queue.enqueue(work)"),
    (rules.no_enqueueing, "apps/upload/services.py", "queue.enqueue_in(delta, work)"),
    (rules.no_transaction_by_request, "frameflow/settings/base.py", "ATOMIC_REQUESTS = True"),
    (rules.no_transaction_by_request, "frameflow/settings/base.py", "{'ATOMIC_REQUESTS': True}"),
    (
        rules.no_transaction_of_ones_own,
        "apps/upload/services.py",
        "transaction.atomic(using='upload')",
    ),
    (rules.no_transaction_of_ones_own, "frameflow/bus/relay.py", "transaction.atomic()"),
    (
        rules.no_transaction_of_ones_own,
        "apps/upload/services.py",
        "@transaction.atomic\ndef f(): ...",
    ),
    (rules.no_transaction_of_ones_own, "frameflow/bus/relay.py", "transaction.on_commit(wake)"),
    (
        rules.no_foreign_message,
        "apps/upload/services.py",
        f"{IMPORT} FileFailed\nuow.publish(FileFailed(**facts))",
    ),
    (
        rules.no_foreign_message,
        "apps/orchestration/saga.py",
        f"{IMPORT} FileUploaded\nsay(FileUploaded())",
    ),
    (rules.no_publishing_past_the_outbox, "apps/upload/services.py", "backend().publish([raw])"),
    (rules.no_publishing_past_the_outbox, "frameflow/bus/watching.py", "transport.publish([raw])"),
)
RULES = tuple(dict.fromkeys(rule for rule, _, _ in OFFENCES))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_source_keeps_the_rule(rule: Rule) -> None:
    broken = [
        f"{source.path}:{getattr(node, 'lineno', '?')}"
        for source in sources("frameflow", "apps")
        for node in rule(source)
    ]
    assert not broken, f"{rule.__doc__} {broken}"


@pytest.mark.parametrize(("rule", "path", "text"), OFFENCES)
def test_the_rule_sees_an_offence(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(path, text)))


def test_every_rule_is_tried() -> None:
    named = {name for name in vars(rules) if name.startswith("no_")}
    assert {rule.__name__ for rule in RULES} == named
