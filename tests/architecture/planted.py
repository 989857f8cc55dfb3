"""Imports that the house forbids: where each is written, and which contract must object."""

from dataclasses import dataclass

INDEPENDENT = "Contexts never import one another"
LAYERS = "Composition root, contexts, platform, ground"
PLATFORM = "Every part of the platform has its layer"
GROUND = "The ground is pydantic alone"
ROOMS = "Rooms of a context"
ENGINE = "The engine knows no Django, no pydantic, no network"
PURE = "The saga and the transition tables know the contracts alone"
ENGINE_ROOMS = "The rooms of the engine"
MODELS = "Models know no engine"
JOBS = "Only jobs.py reaches the engine"
PYAV = "PyAV only in the engine and the clip of the demo"
REDIS = "Redis only in the bus and the settings"
BOTO3 = "boto3 only in the storage"
RQ = "RQ only in jobs.py and the settings"
FACE = "The bus is used through its face"
SETTINGS = "Settings are read through django.conf"


@dataclass(frozen=True)
class Planted:
    """`importer` gets the line `import imported`; `contract` is the one it breaks."""

    importer: str
    imported: str
    contract: str

    @property
    def id(self) -> str:
        return f"{self.importer} imports {self.imported}"


PLANTED = (
    Planted("apps.upload.services.messages", "apps.download.models", INDEPENDENT),
    Planted("apps.download.handlers", "apps.processing.models", INDEPENDENT),
    Planted("apps.orchestration.api.views", "apps.auth.models", INDEPENDENT),
    Planted("apps.auth.selectors", "apps.upload.selectors", INDEPENDENT),
    Planted("apps.processing.schedule", "apps.orchestration.services", INDEPENDENT),
    Planted("frameflow.bus.relay", "apps.upload.models", LAYERS),
    Planted("frameflow.api.pagination", "frameflow.bus", LAYERS),
    Planted("frameflow.storage.base", "frameflow.api.problems", LAYERS),
    Planted("frameflow.contexts", "frameflow.logs", LAYERS),
    Planted("apps.upload.apps", "frameflow.urls", LAYERS),
    Planted("frameflow.storage.memory", "frameflow.bus.ledger", PLATFORM),
    Planted("frameflow.contracts.options", "django.conf", GROUND),
    Planted("frameflow.contracts.message", "redis", GROUND),
    Planted("frameflow.exceptions", "rest_framework.exceptions", GROUND),
    Planted("apps.upload.models.video", "apps.upload.services.uploads", ROOMS),
    Planted("apps.download.selectors", "apps.download.services", ROOMS),
    Planted("apps.auth.services.accounts", "apps.auth.admin", ROOMS),
    Planted("apps.orchestration.saga", "apps.orchestration.models", ROOMS),
    Planted("apps.processing.jobs.run", "apps.processing.handlers", ROOMS),
    Planted("apps.upload.exceptions", "apps.upload.models", ROOMS),
    Planted("apps.processing.extraction.child.engine", "django.db", ENGINE),
    Planted("apps.processing.extraction.options", "pydantic", ENGINE),
    Planted("apps.processing.extraction.opening.source", "httpx", ENGINE),
    Planted("apps.processing.extraction.surveying.facts", "frameflow.contracts", ENGINE),
    Planted("apps.orchestration.saga", "django.utils.timezone", PURE),
    Planted("apps.orchestration.saga", "frameflow.bus", PURE),
    Planted("apps.download.archive", "frameflow.storage", PURE),
    Planted("apps.processing.transitions.reaction", "django.utils.timezone", PURE),
    Planted("apps.upload.transitions.video", "apps.upload.models", ROOMS),
    Planted(
        "apps.processing.extraction.opening.opener",
        "apps.processing.extraction.choosing.selection",
        ENGINE_ROOMS,
    ),
    Planted(
        "apps.processing.extraction.supervision.supervisor",
        "apps.processing.extraction.child.serving",
        ENGINE_ROOMS,
    ),
    Planted("apps.processing.models", "apps.processing.extraction.options", MODELS),
    Planted("apps.processing.handlers", "apps.processing.extraction", JOBS),
    Planted("apps.processing.services.claims", "apps.processing.extraction.child.engine", JOBS),
    Planted("apps.upload.receiving.multipart", "av", PYAV),
    Planted("frameflow.api.health", "av", PYAV),
    Planted("apps.upload.services.progress", "redis", REDIS),
    Planted("frameflow.api.health", "redis", REDIS),
    Planted("apps.download.api.contents", "boto3", BOTO3),
    Planted("frameflow.bus.relay", "boto3", BOTO3),
    Planted("apps.processing.services.claims", "rq", RQ),
    Planted("apps.upload.schedule", "django_rq", RQ),
    Planted("apps.orchestration.services", "frameflow.bus.ledger", FACE),
    Planted("apps.auth.handlers", "frameflow.bus.backends", FACE),
    Planted("apps.upload.selectors", "frameflow.settings.base", SETTINGS),
    Planted("frameflow.urls", "frameflow.settings.mail", SETTINGS),
)

#: A room nobody knows, and a part of the platform without a layer: their mere existence breaks.
NEW_ROOMS = (("apps.upload.tricks", ROOMS), ("frameflow.tricks", PLATFORM))
