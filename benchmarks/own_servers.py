"""The product with servers of its own, for one measurement."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def own_servers() -> Iterator[Mapping[str, str]]:
    """Start an empty Postgres and a Valkey, gone at the end; Django is set up to use them. Yields
    the environment for other processes that shall use them too."""
    import django

    from frameflow.embedded import local_secrets
    from frameflow.embedded.folder import DataFolder
    from frameflow.embedded.servers import started

    with tempfile.TemporaryDirectory(prefix="frameflow-benchmark-") as root:
        folder = DataFolder(Path(root))
        folder.prepare()
        own = {"PATH": os.environ["PATH"], "FRAMEFLOW_DATA": root, "PYTHONPATH": str(ROOT)}
        with started(folder, own) as servers:
            environment = {
                **servers.environment(own),
                **local_secrets(folder.root),
                "DJANGO_SETTINGS_MODULE": "frameflow.settings.dev",
                "LOG_LEVEL": "ERROR",
            }
            os.environ.update(environment)
            migrate = [sys.executable, "manage.py", "migrate", "-v0"]
            subprocess.run(migrate, env=environment, cwd=ROOT, check=True)
            django.setup()
            yield environment
