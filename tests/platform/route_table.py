"""What every route answers to everybody; a new route needs a row here.

Columns: anonymous, owner, stranger, support, admin; then the method and the route as its URLconf
has it. The stranger, support and the admin do not own the video in the address. Unsafe methods
carry an empty JSON document, so 422 means: allowed, and nothing was said.
"""

# ruff: noqa: E501

from tests.platform.queue_routes import QUEUES

PEOPLE = ("anonymous", "owner", "stranger", "support", "admin")

PAGES = """
200 200 200 200 200  GET    /
302 422 422 422 422  POST   /
200 200 200 200 200  GET    /.well-known/jwks.json
405 405 405 405 405  POST   /.well-known/jwks.json
200 200 200 200 200  GET    /healthz
405 405 405 405 405  POST   /healthz
200 200 200 200 200  GET    /email/<str:key>/
422 422 422 422 422  POST   /email/<str:key>/
405 405 405 405 405  GET    /language/
302 302 302 302 302  POST   /language/
200 302 302 302 302  GET    /login/
422 302 302 302 302  POST   /login/
405 405 405 405 405  GET    /logout/
302 302 302 302 302  POST   /logout/
404 404 404 200 200  GET    /metrics
405 405 405 405 405  POST   /metrics
302 200 200 200 200  GET    /password/change/
302 422 422 422 422  POST   /password/change/
200 200 200 200 200  GET    /password/reset/
422 422 422 422 422  POST   /password/reset/
200 200 200 200 200  GET    /password/reset/<uidb64>/<token>/
200 200 200 200 200  POST   /password/reset/<uidb64>/<token>/
503 503 503 503 503  GET    /readyz
405 405 405 405 405  POST   /readyz
404 404 404 404 404  GET    /s/<str:token>/
404 404 404 404 404  GET    /s/<str:token>/frames/<int:index>/image/
404 404 404 404 404  GET    /s/<str:token>/frames/<int:index>/thumb/
404 404 404 404 404  GET    /s/<str:token>/zip/
302 200 200 200 200  GET    /settings/
302 422 422 422 422  POST   /settings/
302 200 200 200 200  GET    /settings/close/
302 422 422 422 422  POST   /settings/close/
302 200 200 200 200  GET    /settings/belongings/
302 200 200 200 200  GET    /settings/data/
302 200 200 200 200  GET    /settings/data/auth/
302 200 200 200 200  GET    /settings/data/download/
302 200 200 200 200  GET    /settings/data/orchestration/
302 200 200 200 200  GET    /settings/data/processing/
302 200 200 200 200  GET    /settings/data/upload/
302 200 200 200 200  GET    /settings/email/
302 422 422 422 422  POST   /settings/email/
302 405 405 405 405  GET    /settings/email/forget/
302 302 302 302 302  POST   /settings/email/forget/
302 200 200 200 200  GET    /settings/space/
302 200 200 200 200  GET    /settings/tokens/
302 422 422 422 422  POST   /settings/tokens/
302 405 405 405 405  GET    /settings/tokens/<uuid:token_id>/revoke/
302 302 404 404 404  POST   /settings/tokens/<uuid:token_id>/revoke/
200 302 302 302 302  GET    /signup/
422 302 302 302 302  POST   /signup/
302 200 200 200 200  GET    /videos/
302 200 404 404 404  GET    /videos/<uuid:video_id>/
302 200 404 404 404  GET    /videos/<uuid:video_id>/again/
302 422 404 404 404  POST   /videos/<uuid:video_id>/again/
302 405 405 405 405  GET    /videos/<uuid:video_id>/cancel/
302 302 404 404 404  POST   /videos/<uuid:video_id>/cancel/
302 200 404 404 404  GET    /videos/<uuid:video_id>/delete/
302 302 404 404 404  POST   /videos/<uuid:video_id>/delete/
302 200 200 200 200  GET    /videos/<uuid:video_id>/extractions/<uuid:extraction_id>/notice/
302 302 302 302 302  POST   /videos/<uuid:video_id>/extractions/<uuid:extraction_id>/notice/
302 200 404 404 404  GET    /videos/<uuid:video_id>/frames/
302 200 404 404 404  GET    /videos/<uuid:video_id>/frames/<int:index>/
302 200 404 404 404  GET    /videos/<uuid:video_id>/frames/strip/
302 200 404 404 404  GET    /videos/<uuid:video_id>/panel/
302 405 405 405 405  GET    /videos/<uuid:video_id>/rename/
302 302 404 404 404  POST   /videos/<uuid:video_id>/rename/
302 405 405 405 405  GET    /videos/<uuid:video_id>/retry/
302 302 404 404 404  POST   /videos/<uuid:video_id>/retry/
302 200 404 404 404  GET    /videos/<uuid:video_id>/shares/
302 422 404 404 404  POST   /videos/<uuid:video_id>/shares/
302 405 405 405 405  GET    /videos/<uuid:video_id>/shares/<uuid:share_id>/stop/
302 302 404 404 404  POST   /videos/<uuid:video_id>/shares/<uuid:share_id>/stop/
302 200 404 404 404  GET    /videos/<uuid:video_id>/timeline/
302 200 404 404 404  GET    /videos/<uuid:video_id>/zip/
302 302 302 302 302  GET    /videos/chosen/
302 302 302 302 302  POST   /videos/chosen/
"""

API = """
302 302 302 302 302  GET    /api-auth/login/
405 405 405 405 405  GET    /api-auth/logout/
302 302 302 302 302  POST   /api-auth/logout/
200 200 200 200 200  GET    /api/v1/
405 405 405 405 405  GET    /api/v1/auth/logout/
422 422 422 422 422  POST   /api/v1/auth/logout/
401 200 200 200 200  GET    /api/v1/auth/me/
401 200 200 200 200  PATCH  /api/v1/auth/me/
401 422 422 422 422  DELETE /api/v1/auth/me/
401 405 405 405 405  GET    /api/v1/auth/password/change/
401 422 422 422 422  POST   /api/v1/auth/password/change/
405 405 405 405 405  GET    /api/v1/auth/password/reset/
422 422 422 422 422  POST   /api/v1/auth/password/reset/
405 405 405 405 405  GET    /api/v1/auth/password/reset/confirm/
422 422 422 422 422  POST   /api/v1/auth/password/reset/confirm/
401 200 200 200 200  GET    /api/v1/auth/tokens/
401 422 422 422 422  POST   /api/v1/auth/tokens/
401 405 405 405 405  GET    /api/v1/auth/tokens/<uuid:token_id>/
401 204 404 404 404  DELETE /api/v1/auth/tokens/<uuid:token_id>/
405 405 405 405 405  GET    /api/v1/auth/register/
422 422 422 422 422  POST   /api/v1/auth/register/
405 405 405 405 405  GET    /api/v1/auth/token/
422 422 422 422 422  POST   /api/v1/auth/token/
405 405 405 405 405  GET    /api/v1/auth/token/refresh/
422 422 422 422 422  POST   /api/v1/auth/token/refresh/
405 405 405 405 405  GET    /api/v1/auth/token/verify/
422 422 422 422 422  POST   /api/v1/auth/token/verify/
200 200 200 200 200  GET    /api/v1/docs/
401 200 200 200 200  GET    /api/v1/events/
200 200 200 200 200  GET    /api/v1/limits/
200 200 200 200 200  GET    /api/v1/schema/
401 405 405 405 405  GET    /api/v1/uploads/
401 412 412 412 412  POST   /api/v1/uploads/
401 404 404 404 404  GET    /api/v1/uploads/<uuid:pk>/
401 412 412 412 412  PATCH  /api/v1/uploads/<uuid:pk>/
401 412 412 412 412  DELETE /api/v1/uploads/<uuid:pk>/
401 200 200 200 200  GET    /api/v1/videos/
401 422 422 422 422  POST   /api/v1/videos/
401 200 404 404 404  GET    /api/v1/videos/<uuid:pk>/
401 200 404 404 404  PATCH  /api/v1/videos/<uuid:pk>/
401 204 404 404 404  DELETE /api/v1/videos/<uuid:pk>/
401 405 405 405 405  GET    /api/v1/videos/<uuid:pk>/cancel/
401 202 404 404 404  POST   /api/v1/videos/<uuid:pk>/cancel/
401 200 404 404 404  GET    /api/v1/videos/<uuid:pk>/events/
401 405 405 405 405  GET    /api/v1/videos/<uuid:pk>/extractions/
401 202 404 404 404  POST   /api/v1/videos/<uuid:pk>/extractions/
401 405 405 405 405  GET    /api/v1/videos/<uuid:pk>/retry/
401 409 404 404 404  POST   /api/v1/videos/<uuid:pk>/retry/
401 200 404 404 404  GET    /api/v1/videos/<uuid:video_id>/frames/
401 200 404 404 404  GET    /api/v1/videos/<uuid:video_id>/frames/<int:index>/
401 200 404 404 404  GET    /api/v1/videos/<uuid:video_id>/frames/<int:index>/image/
401 200 404 404 404  GET    /api/v1/videos/<uuid:video_id>/frames/<int:index>/thumb/
401 200 404 404 404  GET    /api/v1/videos/<uuid:video_id>/manifest/
401 200 404 404 404  GET    /api/v1/videos/<uuid:video_id>/shares/
401 201 404 404 404  POST   /api/v1/videos/<uuid:video_id>/shares/
401 405 405 405 405  GET    /api/v1/videos/<uuid:video_id>/shares/<uuid:share_id>/
401 204 404 404 404  DELETE /api/v1/videos/<uuid:video_id>/shares/<uuid:share_id>/
401 200 404 404 404  GET    /api/v1/videos/<uuid:video_id>/timeline/
401 200 404 404 404  GET    /api/v1/videos/<uuid:video_id>/zip/
"""

ADMIN = r"""
302 302 302 200 200  GET    /admin/
302 302 302 200 200  POST   /admin/
302 302 302 404 404  GET    /admin/(?P<url>.*)$
302 302 302 404 404  POST   /admin/(?P<url>.*)$
302 302 302 200 200  GET    /admin/^(?P<app_label>django_rq|bus|identity|upload|processing|download|orchestration|admin)/$
302 302 302 200 200  POST   /admin/^(?P<app_label>django_rq|bus|identity|upload|processing|download|orchestration|admin)/$
302 302 302 302 302  GET    /admin/admin/logentry/<path:object_id>/change/
302 302 302 403 403  GET    /admin/autocomplete/
302 302 302 405 405  POST   /admin/autocomplete/
302 302 302 302 302  GET    /admin/bus/inboxmessage/<path:object_id>/change/
302 302 302 404 404  GET    /admin/bus/inboxmessage/wishes/<slug:name>/
302 302 302 404 404  POST   /admin/bus/inboxmessage/wishes/<slug:name>/
302 302 302 302 302  GET    /admin/bus/outboxdelivery/<path:object_id>/change/
302 302 302 404 404  GET    /admin/bus/outboxdelivery/wishes/<slug:name>/
302 302 302 404 404  POST   /admin/bus/outboxdelivery/wishes/<slug:name>/
302 302 302 302 302  GET    /admin/bus/outboxmessage/<path:object_id>/change/
302 302 302 302 302  GET    /admin/bus/outboxmessage/wishes/<slug:name>/
302 302 302 302 302  POST   /admin/bus/outboxmessage/wishes/<slug:name>/
302 302 302 200 200  GET    /admin/download/archive/<path:object_id>/change/
302 302 302 200 200  GET    /admin/download/share/<path:object_id>/change/
302 302 302 200 200  GET    /admin/identity/apitoken/<path:object_id>/change/
302 302 302 200 200  GET    /admin/identity/notice/<path:object_id>/change/
302 302 302 200 200  GET    /admin/identity/user/<path:object_id>/change/
302 302 302 404 404  GET    /admin/identity/user/wishes/<slug:name>/
302 302 302 404 404  POST   /admin/identity/user/wishes/<slug:name>/
302 302 302 200 200  GET    /admin/jsi18n/
302 302 302 405 405  POST   /admin/jsi18n/
302 403 403 302 302  GET    /admin/login/
302 403 403 302 302  POST   /admin/login/
302 302 302 405 405  GET    /admin/logout/
302 302 302 302 302  POST   /admin/logout/
302 302 302 200 200  GET    /admin/orchestration/saga/<path:object_id>/change/
302 302 302 302 302  GET    /admin/password_change/
302 302 302 302 302  POST   /admin/password_change/
302 302 302 200 200  GET    /admin/password_change/done/
302 302 302 405 405  POST   /admin/password_change/done/
302 302 302 200 200  GET    /admin/processing/frame/<path:object_id>/change/
302 302 302 200 200  GET    /admin/processing/processingjob/<path:object_id>/change/
302 302 302 404 404  GET    /admin/r/<path:content_type_id>/<path:object_id>/
302 302 302 404 404  POST   /admin/r/<path:content_type_id>/<path:object_id>/
302 302 302 200 200  GET    /admin/search/
302 302 302 200 200  POST   /admin/search/
302 302 302 200 200  GET    /admin/upload/extraction/<path:object_id>/change/
302 302 302 200 200  GET    /admin/upload/quota/<path:object_id>/change/
302 302 302 200 200  GET    /admin/upload/video/<path:object_id>/change/
302 302 302 404 404  GET    /admin/upload/video/wishes/<slug:name>/
302 302 302 404 404  POST   /admin/upload/video/wishes/<slug:name>/
"""

MODELS = (
    "admin/logentry",
    "bus/inboxmessage",
    "bus/outboxdelivery",
    "bus/outboxmessage",
    "download/archive",
    "download/share",
    "identity/apitoken",
    "identity/notice",
    "identity/user",
    "orchestration/saga",
    "processing/frame",
    "processing/processingjob",
    "upload/extraction",
    "upload/quota",
    "upload/video",
)
#: The pages that each model has. Nobody adds, changes or deletes a row.
MODEL = """
302 302 302 200 200  GET    /admin/{model}/
302 302 302 200 200  POST   /admin/{model}/
302 302 302 302 302  GET    /admin/{model}/<path:object_id>/
302 302 302 403 403  POST   /admin/{model}/<path:object_id>/change/
302 302 302 403 403  GET    /admin/{model}/<path:object_id>/delete/
302 302 302 403 403  POST   /admin/{model}/<path:object_id>/delete/
302 302 302 302 302  GET    /admin/{model}/<path:object_id>/history/
302 302 302 302 302  POST   /admin/{model}/<path:object_id>/history/
302 302 302 403 403  GET    /admin/{model}/add/
302 302 302 403 403  POST   /admin/{model}/add/
"""


def expected() -> dict[tuple[str, str], tuple[int, ...]]:
    """Return what each (method, route) answers, person by person."""
    models = (MODEL.replace("{model}", model) for model in MODELS)
    lines = "".join((PAGES, API, ADMIN, QUEUES, *models)).splitlines()
    rows = [line.split() for line in lines if line]
    return {(row[5], row[6][1:]): tuple(map(int, row[:5])) for row in rows}
