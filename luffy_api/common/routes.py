"""The name under which logs and metrics know an address."""

from django.http import HttpRequest


def route_of(request: HttpRequest) -> str:
    """The pattern of the URL that answered, blank for static files and for what nobody serves."""
    match = request.resolver_match
    return f"/{match.route}" if match else ""
