"""The admin site for support staff: it shows, and does a few named things.

Who may what is Django's own business: `is_staff` opens the door; permissions say what is seen and
done behind it. The group "Support" (`groups.py`) may look at everything and grant the wishes
(`wishes.py`); nobody adds, changes or deletes a row, superusers included. A superuser may besides
give and take away support access.

A `ModelAdmin` here belongs to one context and asks its tables alone; whatever is of another context
is a link by id. Django's own tables (who may what, the journal) are read and written by this
package, around the pages of the contexts.
"""

from django.contrib.admin import apps

from frameflow.site.columns import Filter, aged, chip, linked, pretty
from frameflow.site.masking import masked_email, masked_name
from frameflow.site.needle import Needle
from frameflow.site.readonly import ReadOnlyAdmin, ReadOnlyInline, Shortcut
from frameflow.site.wish import ReasonForm, Skipped, Wish
from frameflow.site.wishes import WishesAdmin

__all__ = [
    "AdminConfig",
    "Filter",
    "Needle",
    "ReadOnlyAdmin",
    "ReadOnlyInline",
    "ReasonForm",
    "Shortcut",
    "Skipped",
    "Wish",
    "WishesAdmin",
    "aged",
    "chip",
    "linked",
    "masked_email",
    "masked_name",
    "pretty",
]


class AdminConfig(apps.AdminConfig):
    """Django's admin, with `admin.site` being ours."""

    default_site = "frameflow.site.desk.FrameFlowAdminSite"

    def ready(self) -> None:
        super().ready()
        from frameflow.site import groups, journal_admin  # noqa: F401  models load first
