"""Login of the back office: Django's view behind the lockout of the API."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from luffy_api.apps.user import lockout
from luffy_api.apps.user.exceptions import TooManyLogins


@never_cache
@csrf_protect
def admin_login(request: HttpRequest) -> HttpResponse:
    """Plain text 429 while the account is locked; axes counts failures by its signal."""
    if request.method == "POST":
        try:
            lockout.require_not_locked(request, request.POST.get("username", ""))
        except TooManyLogins as error:
            text = "text/plain; charset=utf-8"
            headers = {"Retry-After": str(error.retry_after)}
            return HttpResponse(error.message, status=429, content_type=text, headers=headers)
    return admin.site.login(request)
