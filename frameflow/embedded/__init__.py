"""Real servers and secrets for one machine: what runs when no URL is configured.

Imported by the settings, so it knows nothing of Django.
"""

from frameflow.embedded.credentials import local_secrets
from frameflow.embedded.register import running

__all__ = ["local_secrets", "running"]
