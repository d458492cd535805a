"""The page of the back office's first visit, where login stands once there is staff."""

from typing import Any

from django import forms
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables

from luffy_api.apps.user import first_staff, services
from luffy_api.apps.user.backends import IdentityBackend
from luffy_api.apps.user.exceptions import AccountTaken, FirstStaffRefused, PasswordRefused
from luffy_api.apps.user.models import User


class FirstStaffForm(forms.Form):
    """A code, and the account that it opens."""

    code = forms.CharField(
        label="一次性代码",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    username = forms.CharField(
        label="用户名",
        validators=User._meta.get_field("username").validators,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label="密码",
        max_length=services.MAX_PASSWORD_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再输入一次密码",
        max_length=services.MAX_PASSWORD_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    @sensitive_variables()
    def clean(self) -> dict[str, Any]:
        """Refuses two different passwords, and those that no account may have."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        password, again = data.get("password"), data.get("again")
        if password and again and password != again:
            self.add_error("again", "两次输入的密码不一致")
        elif password:
            try:
                services.check_password(password, User(username=data.get("username", "")))
            except PasswordRefused as error:
                self.add_error("password", ValidationError(error.errors["password"]))
        return data


@sensitive_variables()
def first_visit(request: HttpRequest) -> HttpResponseBase:
    """The form; who sends it with the right code is logged in as the first superuser."""
    form = FirstStaffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            user = first_staff.create(
                code=data["code"], username=data["username"], password=data["password"]
            )
        except FirstStaffRefused as error:
            form.add_error("code", error.message)
        except AccountTaken as error:
            form.add_error("username", error.message)
        else:
            login(request, user, f"{IdentityBackend.__module__}.{IdentityBackend.__name__}")
            return redirect("admin:index")
    return _page(request, form)


def _page(request: HttpRequest, form: FirstStaffForm) -> HttpResponse:
    context = {"form": form, "has_code": first_staff.has_code()}
    return render(request, "admin/first_visit.html", context)
