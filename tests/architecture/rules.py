"""What imports cannot show: rules over the syntax trees, each a function from a module to the
lines that break it."""

import ast
from collections.abc import Iterator

from frameflow import contracts
from frameflow.contexts import CONTEXTS
from frameflow.contracts import Message
from tests.architecture.source import Source

OWN = {context.name: context for context in CONTEXTS}

BACKUPS = "frameflow/operations/backups/"  # of all schemas at one moment
OPERATIONS = "frameflow/operations/"  # looks at all contexts
CONNECTIONS = ("frameflow/bus/", "frameflow/db/", "frameflow/api/health.py", OPERATIONS)
TRANSACTIONS = ("frameflow/bus/", "frameflow/db/", BACKUPS)
ENVIRONMENT = (
    "frameflow/variables/",
    "frameflow/settings/",
    "frameflow/embedded/",
    "frameflow/asgi.py",  # these two only name the settings
    "frameflow/wsgi.py",
    "apps/processing/extraction/",  # the sandboxed child
)
OPENERS = (
    "apps/processing/extraction/opening/opener.py",
    "frameflow/embedded/clip.py",
)  # its own clip
ENQUEUERS = ("apps/processing/jobs/",)
PUBLISHERS = tuple(f"frameflow/bus/{each}.py" for each in ("relay", "consumer", "transaction"))
KNOW_PEOPLE = ("apps/auth/", "frameflow/site/")
OF_A_PERSON = {"pk", "is_authenticated", "is_staff"}


def no_model_by_name(source: Source) -> Iterator[ast.AST]:
    """`get_model` reaches what imports forbid."""
    return (node for node in ast.walk(source.tree) if _name(node) == "get_model")


def no_connection_of_another(source: Source) -> Iterator[ast.AST]:
    """`connections[...]` is the platform's, or a context's own."""
    for node in ast.walk(source.tree):
        if not (isinstance(node, ast.Subscript) and _name(node.value) == "connections"):
            continue
        if not source.path.startswith(CONNECTIONS) and not _is_own(source, node.slice):
            yield node


def no_using_of_another(source: Source) -> Iterator[ast.AST]:
    """A context names no alias but its own: `using(...)`, `using=`, `unit_of_work(...)`."""
    if source.context is None:
        return
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        named = [each.value for each in node.keywords if each.arg == "using"]
        if _name(node.func) in {"using", "db_manager", "unit_of_work"}:
            named += node.args[:1]
        if any(not _is_own(source, each) for each in named):
            yield node


def no_alias_of_another(source: Source) -> Iterator[ast.AST]:
    """`ALIAS` in a context is the context's."""
    if source.context is None:
        return
    for node in ast.walk(source.tree):
        if not (isinstance(node, ast.Assign) and _name(node.targets[0]) == "ALIAS"):
            continue
        if not _is_text(node.value, OWN[source.context].alias):
            yield node


def no_more_of_a_person(source: Source) -> Iterator[ast.AST]:
    """Outside auth a person is a key, and staff or not."""
    if source.path.startswith(KNOW_PEOPLE):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr not in OF_A_PERSON:
            of = node.value
            if isinstance(of, ast.Attribute) and of.attr == "user" and _name(of.value) == "request":
                yield node


def no_environment(source: Source) -> Iterator[ast.AST]:
    """The environment is read by the declared variables and the settings."""
    if source.path.startswith(ENVIRONMENT):
        return
    for name in ("environ", "environb", "getenv", "putenv"):
        yield from _uses(source, "os", name)


def no_opening_of_videos(source: Source) -> Iterator[ast.AST]:
    """A container is opened in one place, with its guards."""
    if source.path not in OPENERS:
        yield from _uses(source, "av", "open")


def no_enqueueing(source: Source) -> Iterator[ast.AST]:
    """Only jobs.py puts work into RQ."""
    if not source.path.startswith(ENQUEUERS):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and node.attr.startswith("enqueue"):
                yield node


def no_transaction_by_request(source: Source) -> Iterator[ast.AST]:
    """`ATOMIC_REQUESTS` would hold a connection while bytes travel."""
    for node in ast.walk(source.tree):
        names = {_name(node), getattr(node, "arg", None), getattr(node, "value", None)}
        if "ATOMIC_REQUESTS" in {each for each in names if isinstance(each, str)}:
            yield node


def no_transaction_of_ones_own(source: Source) -> Iterator[ast.AST]:
    """Transactions are the unit of work's; there, each names its alias."""
    for node in ast.walk(source.tree):
        if not (isinstance(node, ast.Attribute | ast.Name)):
            continue
        if _name(node) not in {"atomic", "on_commit"}:
            continue
        if not source.path.startswith(TRANSACTIONS) or node not in _calls_with_using(source):
            yield node


def no_foreign_message(source: Source) -> Iterator[ast.AST]:
    """A context makes only messages that it owns, so it can publish no others."""
    if source.context is None:
        return
    foreign = {
        each.name
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("frameflow.contracts")
        for each in node.names
        if _owner(each.name) not in {None, source.context}
    }
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and _name(node.func) in foreign:
            yield node


def no_publishing_past_the_outbox(source: Source) -> Iterator[ast.AST]:
    """Only relay, consumer and unit of work speak to the transport."""
    if source.path in PUBLISHERS or source.path.startswith("frameflow/bus/backends/"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr == "publish":
            of = node.value
            speaker = _name(of.func) if isinstance(of, ast.Call) else _name(of)
            if speaker in {"backend", "transport"}:
                yield node


def _owner(name: str) -> str | None:
    found = getattr(contracts, name, None)
    return found.owner if isinstance(found, type) and issubclass(found, Message) else None


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_text(node: ast.AST, text: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == text


def _is_own(source: Source, alias: ast.AST) -> bool:
    if source.context is None:
        return False
    # `_db` is a manager's own, given by the router
    return _is_text(alias, OWN[source.context].alias) or _name(alias) in {"ALIAS", "_db"}


def _uses(source: Source, module: str, function: str) -> Iterator[ast.AST]:
    for node in ast.walk(source.tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr == function
            and _name(node.value) == module
        ):
            yield node
        elif isinstance(node, ast.ImportFrom) and node.module == module:
            yield from (each for each in node.names if each.name == function)


def _calls_with_using(source: Source) -> list[ast.AST]:
    return [
        node.func
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and "using" in {each.arg for each in node.keywords}
    ]
