"""The timeline as JSON."""

from typing import Any

from rest_framework import serializers

from apps.orchestration.models import Saga, SagaStep


class StepSerializer(serializers.ModelSerializer[SagaStep]):
    """One change of state."""

    class Meta:
        model = SagaStep
        fields = ("at", "heard", "run", "from_state", "to_state", "cause")


class SagaSerializer(serializers.ModelSerializer[Saga]):
    """One extraction: where it stands, what happened, and the steps of its last ended run."""

    history = StepSerializer(many=True)
    steps = serializers.SerializerMethodField()

    class Meta:
        model = Saga
        fields = ("extraction_id", "extraction_no", "run", "state", "steps", "history")

    def get_steps(self, saga: Saga) -> list[dict[str, Any]]:
        """Return [{step, started_at, ended_at, tries, reason}] of the newest run that ended."""
        reported = [step.steps for step in saga.history.all() if step.steps]
        return reported[-1] if reported else []
