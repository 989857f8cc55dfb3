"""Every sentence with which something can be refused, for the translators.

The ground module `frameflow.exceptions` knows no Django, and a refusal's detail is its docstring:
neither can be marked for translation where it stands.
"""

from collections.abc import Iterator

from frameflow.exceptions import FrameFlowError


def refusals(root: type[FrameFlowError] = FrameFlowError) -> Iterator[type[FrameFlowError]]:
    """Yield the root and every refusal below it."""
    yield root
    for each in root.__subclasses__():
        yield from refusals(each)


def sentences() -> list[str]:
    """Return title, action and first line of the docstring of every refusal, each once."""
    found = {
        sentence
        for each in refusals()
        if each.__module__.startswith(("frameflow.", "apps."))
        for sentence in (str(each.title), str(each.action), (each.__doc__ or "").splitlines()[0])
    }
    return sorted(found)
