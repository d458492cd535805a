"""The back office's door: Django's own, behind the brakes that the students' door has."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from luffy_api.apps.user import brakes
from luffy_api.apps.user.exceptions import TooManyLogins


@never_cache
@csrf_protect
def admin_login(request: HttpRequest) -> HttpResponse:
    """429 in plain words while the account is closed to this address; wrong tries are counted."""
    if request.method == "POST":
        try:
            brakes.require_open(request, request.POST.get("username", ""))
        except TooManyLogins as error:
            text = "text/plain; charset=utf-8"
            headers = {"Retry-After": str(error.retry_after)}
            return HttpResponse(error.message, status=429, content_type=text, headers=headers)
    return admin.site.login(request)
