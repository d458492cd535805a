"""Where the requests of the back office come from, for the audit log."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from luffy_api.common import audit_log
from luffy_api.common.client_ip import full_client_ip
from luffy_api.common.page_middleware import is_api


class AuditAddressMiddleware:
    """What a request of the back office logs has its address; requests of students pass it by."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Hook of Django."""
        if is_api(request):
            return self.get_response(request)
        with audit_log.acting_from(full_client_ip(request)):
            return self.get_response(request)
