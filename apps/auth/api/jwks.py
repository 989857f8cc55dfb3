"""The public key, so that others can check our tokens without asking us."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from apps.auth.selectors import get_public_key


@cache_control(public=True, max_age=300)
@require_safe
def jwks(request: HttpRequest) -> JsonResponse:
    """Answer with a JWK set of one key."""
    return JsonResponse({"keys": [get_public_key()]})
