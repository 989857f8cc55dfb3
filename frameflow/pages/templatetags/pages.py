"""Tags and filters of our pages."""

import logging
import re
from typing import Any

from django import template
from django.http import Http404, HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from frameflow.exceptions import FrameFlowError
from frameflow.pages import formats
from frameflow.pages.fragments import asked

register = template.Library()
log = logging.getLogger(__name__)
_CODE = re.compile("`([^`]+)`")

register.filter("size_in_words", formats.size_in_words)
register.filter("duration_in_words", formats.duration_in_words)
register.filter("remaining_in_words", formats.remaining_in_words)
register.filter("ago_in_words", formats.ago_in_words)
register.filter("clock", formats.clock)


@register.filter
def with_code(text: str) -> SafeString:
    """Return a text in paragraphs in which what stands between backticks is set as code."""
    marked = _CODE.sub(r"<code>\1</code>", escape(text))
    return mark_safe(linebreaks(marked, autoescape=False))  # noqa: S308  escaped above


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return a small drawing of `frameflow/icons.svg`; what it says stands in words beside it."""
    drawing = f"{static('frameflow/icons.svg')}#{name}"
    return format_html(
        '<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"'
        ' focusable="false"><use href="{}"/></svg>',
        drawing,
    )


@register.simple_tag(takes_context=True)
def fragment(context: template.Context, name: str, *args: Any) -> SafeString:
    """Return a piece of a page that another context owns: its view is called for the same person.

    Nothing where the other context refuses (it has nothing to show to this person); one sentence
    where it fails, so that the page around it stands.
    """
    try:
        return _called(context["request"], reverse(name, args=args))
    except (FrameFlowError, Http404):
        return mark_safe("")
    except Exception:  # whatever it is: it is another context's, and the page is ours
        log.exception("fragment.failed", extra={"fragment": name})
        sentence = _("This part cannot be shown at the moment.")
        return format_html('<p class="quiet">{}</p>', sentence)


def _called(request: HttpRequest, address: str) -> SafeString:
    response = asked(request, address)
    if not isinstance(response, HttpResponse) or response.status_code != 200:
        return mark_safe("")
    return mark_safe(str(response.content.decode()))  # noqa: S308  rendered by a template of ours
