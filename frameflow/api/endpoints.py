"""How one endpoint is described."""

from typing import Any

from drf_spectacular.openapi import AutoSchema


class EndpointSchema(AutoSchema):
    """Describes the body of a DELETE too, where `extend_schema(request=…)` names one."""

    def get_request_serializer(self) -> Any:
        """Return what the body holds; of a DELETE nothing, unless it is named."""
        return None if self.method == "DELETE" else super().get_request_serializer()

    def _get_request_body(self, direction: str = "request") -> Any:
        """drf-spectacular looks for a body under POST, PUT and PATCH alone."""
        described: Any = super()  # untyped
        if self.method != "DELETE" or self.get_request_serializer() is None:
            return described._get_request_body(direction)
        self.method = "POST"
        try:
            return described._get_request_body(direction)
        finally:
            self.method = "DELETE"
