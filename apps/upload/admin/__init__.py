"""Videos, extractions and quotas, for support staff. Every wish calls a service."""

from apps.upload.admin.extractions import ExtractionAdmin
from apps.upload.admin.quotas import QuotaAdmin
from apps.upload.admin.videos import VideoAdmin

__all__ = ["ExtractionAdmin", "QuotaAdmin", "VideoAdmin"]
