"""Imported before all else by each command over all contexts: it stops, in one line, a process that
has only some. The models of a context that is not here cannot even be imported."""

from django.conf import settings

from frameflow.contexts import CONTEXTS

missing = [each.name for each in CONTEXTS if each not in settings.ACTIVE_CONTEXTS]
if missing:
    raise SystemExit(
        "This command looks at all contexts; FRAMEFLOW_CONTEXTS leaves out "
        f"{', '.join(missing)}. Run it where all are there, or without that variable."
    )
