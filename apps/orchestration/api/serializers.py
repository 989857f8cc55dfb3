"""The timeline as JSON."""

from typing import Any

from rest_framework import serializers

from apps.orchestration.models import Saga, SagaStep
from frameflow.contracts.processing import Step


class TimelineStepSerializer(serializers.Serializer[Any]):
    """A step of the work; `reason` is why it had to be begun again."""

    step = serializers.ChoiceField(choices=[each.value for each in Step])
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    tries = serializers.IntegerField(min_value=0)
    reason = serializers.CharField(allow_null=True)


class TimelineChangeSerializer(serializers.ModelSerializer[SagaStep]):
    """One change of state: what was heard, what it changed, and why."""

    class Meta:
        model = SagaStep
        fields = ("at", "heard", "run", "from_state", "to_state", "cause")


class TimelineExtractionSerializer(serializers.ModelSerializer[Saga]):
    """One extraction: where it stands, what happened, and the steps of its last ended run."""

    steps = TimelineStepSerializer(many=True, source="steps_of_last_run")
    history = TimelineChangeSerializer(many=True)

    class Meta:
        model = Saga
        fields = ("extraction_id", "extraction_no", "run", "state", "steps", "history")


class TimelineSerializer(serializers.Serializer[Any]):
    """What happened to a video's extractions, the newest first."""

    video_id = serializers.UUIDField()
    extractions = TimelineExtractionSerializer(many=True)
