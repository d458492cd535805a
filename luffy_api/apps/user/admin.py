"""The back office of accounts."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from luffy_api.apps.user import avatars, mobiles, standing, tokens
from luffy_api.apps.user.models import User
from luffy_api.common.admin import SuperuserOnly, picture

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

    def clean_is_active(self) -> bool:
        """Who closed the account does not come back."""
        active: bool = self.cleaned_data["is_active"]
        if active and self.instance.closed_at:
            raise ValidationError("账号已注销,不能启用")
        return active


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(SuperuserOnly, DjangoGroupAdmin):
    """Roles."""


@admin.register(User)
class UserAdmin(SuperuserOnly, BaseAdmin):
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
    list_filter = ["is_active", "is_staff", "groups", "date_joined"]
    actions = ["deactivate", "activate", "log_out_everywhere", "remove_portrait"]
    list_per_page = 20
    search_fields = ["username", "nickname", "mobile", "email"]
    ordering = ["-id"]
    readonly_fields = ["portrait", "last_login", "date_joined", "closed_at"]
    fieldsets = [
        ("账号", {"fields": ["username", "password", ("mobile", "email")]}),
        ("资料", {"fields": ["nickname", "signature", "portrait"]}),
        (
            "权限",
            {"fields": [("is_active", "is_staff", "is_superuser"), "groups", "user_permissions"]},
        ),
        ("时间", {"fields": [("last_login", "date_joined", "closed_at")]}),
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

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Taking away the account or its rights ends its logins, also for after they are back."""
        super().save_model(request, obj, form, change)
        if change and {"is_active", "is_staff", "is_superuser"} & {*form.changed_data}:
            tokens.revoke_all(obj)

    @admin.action(description="停用")
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """They are out at once, on every device, and cannot come in."""
        others = queryset.exclude(username=request.user.get_username())
        if others.count() < queryset.count():
            self.message_user(request, "不能停用自己的账号", messages.WARNING)
        self.message_user(request, f"已停用 {standing.deactivate(others)} 个账号")

    @admin.action(description="启用")
    def activate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """They may come in again; tokens of before stay dead, and closed accounts stay closed."""
        self.message_user(request, f"已启用 {standing.activate(queryset)} 个账号")

    @admin.action(description="强制下线")
    def log_out_everywhere(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Every token ends."""
        self.message_user(request, f"已强制下线 {standing.log_out(queryset)} 个账号")

    @admin.action(description="移除头像")
    def remove_portrait(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """For pictures that should not be seen."""
        for user in queryset:
            avatars.remove(user)
        self.message_user(request, "已移除头像")
