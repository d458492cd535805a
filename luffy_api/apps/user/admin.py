"""The back office of accounts."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.safestring import SafeString

from luffy_api.apps.user import mobiles
from luffy_api.apps.user.models import User
from luffy_api.common.admin import picture

if TYPE_CHECKING:
    BaseAdmin = DjangoUserAdmin[User]
    BaseForm = UserChangeForm[User]
else:
    BaseAdmin = DjangoUserAdmin
    BaseForm = UserChangeForm


class UserForm(BaseForm):
    """A mobile is stored in its one spelling, as everywhere else."""

    mobile = forms.CharField(label="手机号", max_length=40, required=False, empty_value=None)

    def clean_mobile(self) -> str | None:
        """Eleven digits, or nothing."""
        text = self.cleaned_data["mobile"]
        try:
            return mobiles.normalise(text) if text else None
        except mobiles.BadMobile as error:
            raise ValidationError(error.message) from error


@admin.register(User)
class UserAdmin(BaseAdmin):
    """用户: deactivated, never deleted, since orders and courses refer to them."""

    form = UserForm
    list_display = [
        "username",
        "nickname",
        "mobile_shown",
        "email",
        "is_active",
        "is_staff",
        "date_joined",
    ]
    list_filter = ["is_active", "is_staff", "date_joined"]
    list_per_page = 20
    search_fields = ["username", "nickname", "mobile", "email"]
    ordering = ["-id"]
    readonly_fields = ["portrait", "last_login", "date_joined"]
    fieldsets = [
        ("账号", {"fields": ["username", "password", ("mobile", "email")]}),
        ("资料", {"fields": ["nickname", "signature", ("icon", "portrait")]}),
        (
            "权限",
            {"fields": [("is_active", "is_staff", "is_superuser"), "groups", "user_permissions"]},
        ),
        ("时间", {"fields": [("last_login", "date_joined")]}),
    ]

    @admin.display(description="手机号", ordering="mobile")
    def mobile_shown(self, user: User) -> str:
        """Masked: a list is no place for whole numbers."""
        return user.masked_mobile or "-"

    @admin.display(description="头像预览")
    def portrait(self, user: User) -> SafeString | str:
        """The picture."""
        return picture(user.icon)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False
