"""Login and change of password in the back office: Django's views behind the lockout of the API."""

import math
from contextlib import AbstractContextManager
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth import views
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_variables

from luffy_api.apps.user import captchas, first_staff, lockout, services
from luffy_api.apps.user.admin_first_visit import first_visit
from luffy_api.apps.user.backends import IdentityBackend
from luffy_api.apps.user.exceptions import (
    CaptchaRequired,
    LoginFailed,
    TooManyLogins,
    WrongPassword,
)
from luffy_api.apps.user.models import User
from luffy_api.common import rate_limits
from luffy_api.common.client_ip import client_ip
from luffy_api.common.exceptions import TooMany

# Without the advice to log in by text message, which staff cannot.
LOCKED = "密码错误次数过多，请稍后再试"


class StaffLoginForm(AdminAuthenticationForm):
    """Counts every attempt before the password is checked.

    Django asks afterwards whether the account is staff, so that a student's right password would
    not be counted; axes counts by Django's signal, after the password was checked. Like the API it
    asks for a captcha once the address has used up its budget of wrong passwords.
    """

    captcha_id = forms.CharField(max_length=64, required=False)
    captcha_text = forms.CharField(max_length=40, required=False)
    # What the page shows, once it has to.
    captcha: captchas.Picture | None = None

    @sensitive_variables()
    def clean(self) -> dict[str, Any]:
        """Raises TooMany, which the view answers."""
        username, password = (self.cleaned_data.get(name) for name in ("username", "password"))
        if username and password:
            self.user_cache = self._authenticate(username, password)
        return self.cleaned_data

    @sensitive_variables()
    def _authenticate(self, username: str, password: str) -> User:
        captcha = self._answer()
        try:
            with lockout.count_login(cast(HttpRequest, self.request), username, captcha):
                user = services.authenticate_staff(username=username, password=password)
        except CaptchaRequired as error:
            self._show_captcha()
            raise ValidationError(error.message, code="captcha") from error
        except LoginFailed as error:
            if captcha:
                self._show_captcha()
            raise self.get_invalid_login_error() from error
        # Django's login asks for it, since there are two backends.
        setattr(user, "backend", f"{IdentityBackend.__module__}.{IdentityBackend.__name__}")  # noqa: B010
        return user

    def _answer(self) -> captchas.Answer | None:
        captcha_id, text = (self.cleaned_data.get(f"captcha_{part}") for part in ("id", "text"))
        return captchas.Answer(captcha_id, text) if captcha_id and text else None

    def _show_captcha(self) -> None:
        _count_request(cast(HttpRequest, self.request), "captcha")
        self.captcha = captchas.create()


admin.site.login_form = StaffLoginForm


class StaffPasswordChangeForm(AdminPasswordChangeForm):
    """Counts wrong guesses of the old password; `attempt` as in services.require_password."""

    def __init__(self, *args: Any, attempt: AbstractContextManager[None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._attempt = attempt

    def clean_old_password(self) -> str:
        """Raises TooManyLogins, which the view answers."""
        password: str = self.cleaned_data["old_password"]
        try:
            services.require_password(user=self.user, password=password, attempt=self._attempt)
        except WrongPassword as error:
            text = self.error_messages["password_incorrect"]
            raise ValidationError(text, code="password_incorrect") from error
        return password


class StaffPasswordChangeView(views.PasswordChangeView):
    """Django's view with a form that counts."""

    form_class = StaffPasswordChangeForm
    success_url = reverse_lazy("admin:password_change_done")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Adds `attempt`."""
        user = cast(User, self.request.user)
        attempt = lockout.count_reauthentication(self.request, user)
        return {**super().get_form_kwargs(), "attempt": attempt}


@never_cache
@csrf_protect
def admin_login(request: HttpRequest) -> HttpResponseBase:
    """Plain text 429 while the account is locked, or the address sends too many passwords.

    Until there is staff it is the page of the first visit.
    """
    try:
        if request.method == "POST":
            _count_request(request, "login")
        if first_staff.is_wanted():
            return first_visit(request)
        return admin.site.login(request)
    except TooMany as error:
        return _too_many(error)


def admin_password_change(request: HttpRequest) -> HttpResponseBase:
    """Plain text 429 while the account is locked. Wrap it in `admin.site.admin_view`."""
    view = StaffPasswordChangeView.as_view(extra_context=admin.site.each_context(request))
    try:
        return view(request)
    except TooMany as error:
        return _too_many(error)


def _count_request(request: HttpRequest, scope: str) -> None:
    """As the throttle of that scope does at the API; the address has one budget for both."""
    wait = rate_limits.count(scope, rate_limits.ADDRESS, client_ip(request))
    if wait:
        raise TooMany(retry_after=math.ceil(wait))


def _too_many(error: TooMany) -> HttpResponse:
    text = LOCKED if isinstance(error, TooManyLogins) else error.message
    plain, headers = "text/plain; charset=utf-8", {"Retry-After": str(error.retry_after)}
    return HttpResponse(text, status=429, content_type=plain, headers=headers)
