"""The few named things that support may do, each with a question before and a report after.

A wish starts from ticked rows of a list or from the page of one object. Both lead to a page that
shows the exact rows and asks why; what it sends back are the ids that it showed, so nothing else is
touched, whatever has happened to the list since. There is no "all pages".
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from frameflow.exceptions import FrameFlowError
from frameflow.site.journal import Note, note
from frameflow.site.readonly import ReadOnlyAdmin
from frameflow.site.wish import ReasonForm, Skipped, Wish

log = logging.getLogger(__name__)


class WishesAdmin(ReadOnlyAdmin):
    """A list and a page from which wishes start."""

    wishes: ClassVar[tuple[Wish, ...]] = ()
    #: What identifies a row on the page that asks.
    asked_display: ClassVar[tuple[str, ...]] = ()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.wish_view)
        meta = self.model._meta
        name = f"{meta.app_label}_{meta.model_name}_wish"
        return [path("wishes/<slug:name>/", view, name=name), *super().get_urls()]

    def wishes_of(self, request: HttpRequest) -> list[Wish]:
        """Return what this member of staff may do."""
        return [each for each in self.wishes if request.user.has_perm(each.permission)]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {
            each.name: (_asking(each), each.name, each.label) for each in self.wishes_of(request)
        }

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        links = [
            (each.label, self.address(request, each, id=object_id))
            for each in self.wishes_of(request)
        ]
        return super().change_view(request, object_id, form_url, {"wishes": links})

    def address(self, request: HttpRequest, wish: Wish, **query: str) -> str:
        """Return where a wish is asked and granted."""
        meta = self.model._meta
        there = reverse(f"admin:{meta.app_label}_{meta.model_name}_wish", args=[wish.name])
        return f"{there}?{urlencode({**self.kept_query(request), **query})}".rstrip("?")

    def kept_query(self, request: HttpRequest) -> dict[str, str]:
        """Return the part of the query that `get_queryset` reads."""
        return {}

    def wish_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Ask; once the reason is given, grant the wish to exactly the rows that were shown."""
        wish = next((each for each in self.wishes if each.name == name), None)
        if wish is None:
            raise Http404
        if wish not in self.wishes_of(request):
            raise PermissionDenied
        ids = (request.POST if request.method == "POST" else request.GET).getlist("id")
        if request.method != "POST":
            return self.ask(request, wish, ids)
        form = wish.form(request.POST)
        if not form.is_valid():
            return self.ask(request, wish, ids, form)
        return self.grant(request, wish, ids, form)

    def ask(
        self, request: HttpRequest, wish: Wish, ids: Sequence[str], form: ReasonForm | None = None
    ) -> HttpResponse:
        """Show which rows it is about, and ask for the reason."""
        rows = list(self.rows(request, ids))
        if not rows:
            self.message_user(
                request, _("Nothing is selected. Tick a row first."), messages.WARNING
            )
            return HttpResponseRedirect(self.list_address(request))
        context = {
            **self.admin_site.each_context(request),
            "title": wish.label,
            "opts": self.model._meta,
            "wish": wish,
            "form": form or wish.form(),
            "address": self.address(request, wish),
            "back": self.list_address(request),
            "headers": [label_for_field(each, self.model, self) for each in self.asked_display],
            "rows": [(row.pk, self.cells(row)) for row in rows],
        }
        status = 422 if form else 200
        return TemplateResponse(request, "admin/wish.html", context, status=status)

    def cells(self, row: Model) -> list[Any]:
        """Return what identifies a row."""
        return [lookup_field(each, row, self)[2] for each in self.asked_display]

    def response_action(self, *asked: Any, **more: Any) -> HttpResponse | None:
        """Let Django find out which wish it is; an id that is none is a row that is not there."""
        try:
            return super().response_action(*asked, **more)
        except ValidationError:
            raise Http404 from None

    def rows(self, request: HttpRequest, ids: Sequence[str]) -> QuerySet[Any]:
        """Return the rows of exactly these ids."""
        try:
            keys = [self.model._meta.pk.to_python(each) for each in ids]
        except ValidationError:
            raise Http404 from None
        return self.get_queryset(request).filter(pk__in=keys)

    def grant(
        self, request: HttpRequest, wish: Wish, ids: Sequence[str], form: ReasonForm
    ) -> HttpResponse:
        """Grant a wish row by row, note each, and tell what came of it."""
        found = {str(row.pk): row for row in self.rows(request, ids)}
        outcomes = defaultdict(list)
        for each in dict.fromkeys(ids):
            row = found.get(each)
            outcome = _outcome(wish, row, form) if row else str(_("not here any more"))
            code = self.code_of(row) if row else each[:8]
            outcomes[outcome].append(code)
            note(request, self._note(wish, each, code, outcome, form))
        self._tell(request, wish, outcomes)
        if len(found) == 1 == len(ids):
            return HttpResponseRedirect(self.object_address(request, next(iter(found))))
        return HttpResponseRedirect(self.list_address(request))

    def code_of(self, row: Any) -> str:
        """Return how people name a row."""
        return str(row.pk)[:8]

    def list_address(self, request: HttpRequest) -> str:
        """Return the list that shows what `get_queryset` reads."""
        meta = self.model._meta
        there = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
        return f"{there}?{urlencode(self.kept_query(request))}".rstrip("?")

    def object_address(self, request: HttpRequest, pk: str) -> str:
        """Return the page of one row."""
        meta = self.model._meta
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[pk])

    def _note(self, wish: Wish, pk: str, code: str, outcome: str, form: ReasonForm) -> Note:
        return Note(
            model=self.model,
            pk=pk,
            code=code,
            wish=wish.name,
            outcome=outcome,
            reason=form.cleaned_data["reason"],
        )

    def _tell(self, request: HttpRequest, wish: Wish, outcomes: dict[str, list[str]]) -> None:
        done = outcomes.pop(DONE, [])
        skipped = sum(len(codes) for codes in outcomes.values())
        said = _("{wish}: {done} done").format(wish=wish.label, done=len(done))
        if not skipped:
            self.message_user(request, f"{said}.", messages.SUCCESS)
            return
        said += _(", {skipped} skipped").format(skipped=skipped)
        why = "; ".join(f"{reason} ({', '.join(codes)})" for reason, codes in outcomes.items())
        self.message_user(request, f"{said}: {why}", messages.WARNING)


DONE = "done"


def _asking(wish: Wish) -> Callable[..., HttpResponse]:
    def ask(page: WishesAdmin, request: HttpRequest, _rows: QuerySet[Any]) -> HttpResponse:
        # The ticked rows, and never the whole list, whatever the request says besides.
        return page.ask(request, wish, request.POST.getlist(ACTION_CHECKBOX_NAME))

    return ask


def _outcome(wish: Wish, row: Any, form: ReasonForm) -> str:
    try:
        wish.grant(row, form)
    except Skipped as skipped:
        return str(skipped)
    except FrameFlowError as refusal:
        return refusal.detail.rstrip(".")
    except Exception:  # one row that fails must not hide what became of the others
        log.exception("wish.failed", extra={"wish": wish.name, "row": str(row.pk)})
        return str(_("it went wrong on our side, see the log"))
    return DONE
