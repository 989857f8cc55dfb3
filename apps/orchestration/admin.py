"""The sagas, for support staff."""

from django.contrib import admin

from apps.orchestration.models import Saga, SagaStep
from frameflow.site import ReadOnlyAdmin, ReadOnlyInline


class SagaStepInline(ReadOnlyInline):
    """The history of a saga, in order."""

    model = SagaStep
    fields = ("at", "heard", "run", "from_state", "to_state", "cause", "steps")
    readonly_fields = fields


@admin.register(Saga)
class SagaAdmin(ReadOnlyAdmin):
    """One line for each extraction, with its history."""

    list_display = ("extraction_id", "video_id", "run", "state", "timer_at", "updated_at")
    list_filter = ("state", "created_at")
    search_fields = ("extraction_id", "video_id", "owner_id")
    inlines = (SagaStepInline,)
