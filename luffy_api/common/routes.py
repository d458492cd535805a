"""The name under which logs and metrics know an address."""

from django.http import HttpRequest
from django.urls import ResolverMatch


def route_of(request: HttpRequest) -> str:
    """The pattern of the URL that answered, blank for static files and for what nobody serves."""
    return pattern_of(request.resolver_match)


def pattern_of(match: ResolverMatch | None) -> str:
    """The same of what Django has found."""
    return f"/{match.route}" if match else ""
