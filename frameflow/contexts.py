"""The five bounded contexts, named once."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Context:
    """Where one bounded context lives: package, app label, database alias, schema, role."""

    name: str
    label: str

    @property
    def package(self) -> str:
        return f"apps.{self.name}"

    @property
    def alias(self) -> str:
        return self.name

    @property
    def schema(self) -> str:
        return self.name

    @property
    def role(self) -> str:
        return f"frameflow_{self.name}"

    @property
    def queue(self) -> str:
        return self.name

    @property
    def url_variable(self) -> str:
        return f"{self.name.upper()}_DATABASE_URL"


#: In the order of migration. ``auth`` comes first: it also holds Django's own tables.
CONTEXTS: tuple[Context, ...] = (
    Context(name="auth", label="identity"),  # the label "auth" is Django's
    Context(name="upload", label="upload"),
    Context(name="processing", label="processing"),
    Context(name="download", label="download"),
    Context(name="orchestration", label="orchestration"),
)


def context_named(name: str) -> Context:
    """Return the context called `name`; `KeyError` where there is none."""
    return {context.name: context for context in CONTEXTS}[name]


def context_of(module: str) -> Context:
    """Return the context that owns a dotted module path such as ``apps.upload.handlers``."""
    package, _, rest = module.partition(".")
    if package != "apps":
        raise KeyError(module)
    return context_named(rest.partition(".")[0])
