"""The process."""

from frameflow.contexts import CONTEXTS
from frameflow.variables.kinds import Choice, Integer, Text, Words

SETTINGS = Text(
    "DJANGO_SETTINGS_MODULE",
    "`frameflow.settings.prod` behind TLS: it refuses a weak `SECRET_KEY`, redirects to HTTPS, "
    "and makes no secrets",
    "frameflow.settings.dev",
)
DATA = Text(
    "FRAMEFLOW_DATA",
    "the data folder: `postgres/ valkey/ objects/ mail/ logs/ secrets/`",
    shown="`.frameflow` beside the project",
    example="./.frameflow",
)
CONTEXTS_HERE = Words(
    "FRAMEFLOW_CONTEXTS",
    "which contexts this process runs, by comma; Django app `apps.auth` is always loaded",
    tuple(context.name for context in CONTEXTS),
    shown="all five",
)
HOST = Text("HOST", "where the web listens", "127.0.0.1")
PORT = Integer("PORT", "the port on which it does", 8000, minimum=1, maximum=65_535, shown="`8000`")
WORKERS = Integer(
    "WORKERS",
    "worker processes of `make run`, 1 to 256",
    minimum=1,
    maximum=256,
    shown="the number of cores",
    example="2",
)
DECODER_CAGE = Choice(
    "DECODER_CAGE",
    "`required`: a worker does not start where the kernel has no Landlock or no seccomp to confine "
    "the decoder; `possible`: it does, with what there is, and says so",
    allowed=("required", "possible"),
    shown="`required` with the production settings, else `possible`",
    example="required",
)
LOG_LEVEL = Choice(
    "LOG_LEVEL",
    "`DEBUG` `INFO` `WARNING` `ERROR`; logs are JSON lines on standard error",
    "INFO",
    allowed=("DEBUG", "INFO", "WARNING", "ERROR"),
)
HEARTBEAT_DIR = Text(
    "HEARTBEAT_DIR",
    "where bus and worker leave signs of life for `python -m frameflow.heartbeat check`; each "
    "process needs a folder of its own",
    shown="none are left",
    example="/run/frameflow/bus",
)
