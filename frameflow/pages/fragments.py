"""What another context answers to the same person, asked for in this process.

After a split it would be a request with the same cookie.
"""

from copy import copy

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.urls import resolve


def asked(request: HttpRequest, address: str) -> HttpResponseBase:
    """Return the answer of whichever view has an address to a GET of the same person."""
    match = resolve(address)
    inner = copy(request)
    inner.method, inner.path, inner.path_info = "GET", address, address
    inner.GET, inner.resolver_match = QueryDict(), match
    response: HttpResponseBase = match.func(inner, *match.args, **match.kwargs)
    if isinstance(response, SimpleTemplateResponse):
        response.render()
    return response
