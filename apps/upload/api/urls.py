"""Addresses of upload below `/api/v1/`."""

from rest_framework.routers import SimpleRouter

from apps.upload.api.views import VideoViewSet

router = SimpleRouter(use_regex_path=False)
router.register("videos", VideoViewSet, basename="video")

urlpatterns = router.urls
