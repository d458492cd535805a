"""支付设置: one page on which the keys of the payment providers are entered, and never shown."""

from collections.abc import ItemsView
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.checks import ERROR, WARNING, CheckMessage
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.debug import SafeExceptionReporterFilter
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from luffy_api.apps.order.admin.credential_forms import CredentialForm
from luffy_api.apps.order.exceptions import CredentialsRefused, GatewayUnavailable
from luffy_api.apps.order.models import PaymentCredential, PayType
from luffy_api.apps.order.payment import credential_entry, credentials, gateway
from luffy_api.apps.order.payment.credential_fields import FIELDS, label_of
from luffy_api.apps.order.payment.credential_report import report
from luffy_api.common import encryption
from luffy_api.common.admin import ModelAdmin, staff_id
from luffy_api.common.admin_pages import own_page

UNREADABLE = ("error", "✗", "保存的密钥无法解密：KEY_ENCRYPTION_KEY 不是保存时的那一把。")
SHOWN = ("provider", "name", "fingerprint", "expires_at", "changed_by", "changed_time")
# Of each check: its class on the page, its mark, its sentence.
Remark = tuple[str, str, str]


class NothingShown(SafeExceptionReporterFilter):
    """Error pages without parameters and local variables, in development too."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> ItemsView[str, Any]:
        return {}.items()


@admin.register(PaymentCredential)
class PaymentCredentialAdmin(ModelAdmin):
    """The page stands in the place of the list; a row shows who changed it, and its history."""

    fields = SHOWN
    readonly_fields = SHOWN

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Facts about one row, read-only."""
        if request.method == "POST":
            raise PermissionDenied
        hidden = {"show_save": False, "show_save_and_continue": False}
        return super().change_view(request, object_id, form_url, hidden)

    @method_decorator(csrf_protect)
    @method_decorator(sensitive_post_parameters())
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page; a POST's `action` is save, check, or remove: with the name of a value."""
        request.exception_reporter_filter = NothingShown()  # type: ignore[attr-defined]
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request)
        if not self.has_change_permission(request):
            raise PermissionDenied
        return self._act(request)

    def _act(self, request: HttpRequest) -> HttpResponse:
        action, _, name = request.POST.get("action", "").partition(":")
        provider = _provider(request.POST.get("provider", ""))
        if provider and action == "save":
            return self._save(request, CredentialForm(provider, request.POST))
        if provider and action == "remove":
            return self._remove(request, provider, name)
        if provider and action == "check":
            return self._page(request, checked=provider)
        messages.error(request, "没有这个操作，请重新打开页面再试")
        return redirect(request.path)

    def _save(self, request: HttpRequest, form: CredentialForm) -> HttpResponse:
        if not form.is_valid():
            return self._page(request, form=form)
        if not encryption.is_enabled() or not form.texts:
            messages.warning(request, "没有可以保存的内容，什么都没有改变")
            return redirect(request.path)
        try:
            credential_entry.store(
                provider=form.provider, texts=form.texts, user_id=staff_id(request)
            )
        except CredentialsRefused as refused:
            form.refuse(refused)
            return self._page(request, form=form)
        messages.success(request, f"已保存 {len(form.texts)} 项，10 秒内在所有进程生效")
        return redirect(request.path)

    def _remove(self, request: HttpRequest, provider: PayType, name: str) -> HttpResponse:
        user_id = staff_id(request)
        row = credential_entry.remove(provider=provider, name=name, user_id=user_id)
        if row is None:
            messages.warning(request, "数据库里没有这一项，什么都没有改变")
        else:
            messages.success(request, f"已删除{label_of(row)}，10 秒内在所有进程改用文件或环境变量")
        return redirect(request.path)

    def _page(
        self,
        request: HttpRequest,
        *,
        form: CredentialForm | None = None,
        checked: PayType | None = None,
    ) -> HttpResponse:
        credentials.forget()
        sections = [
            _section(
                form if form and form.provider is provider else CredentialForm(provider),
                checked=provider is checked,
            )
            for provider in _providers()
        ]
        context = {
            "title": "支付设置",
            "sections": sections,
            "may_change": self.has_change_permission(request),
            "is_enabled": encryption.is_enabled(),
        }
        return own_page(request, self, "admin/order/payment_credentials.html", context)


def _providers() -> list[PayType]:
    return [provider for provider in FIELDS if provider in gateway.PROVIDERS]


def _provider(text: str) -> PayType | None:
    return next((provider for provider in _providers() if str(provider.value) == text), None)


def _section(form: CredentialForm, *, checked: bool) -> dict[str, Any]:
    lines = [(line, form[line.field.name]) for line in report(form.provider)]
    remarks = _remarks(form.provider, with_network=checked)
    return {
        "provider": form.provider,
        "form": form,
        "lines": lines,
        "remarks": remarks,
        "checked": checked,
        "is_off": not getattr(settings, credentials.SETTINGS[form.provider]),
    }


def _remarks(provider: PayType, *, with_network: bool) -> list[Remark]:
    try:
        found = list(gateway.check_settings(provider))
        found += gateway.check_connection(provider) if with_network else []
    except GatewayUnavailable:
        return [UNREADABLE]
    return [_remark(message) for message in found]


def _remark(message: CheckMessage) -> Remark:
    if message.level >= ERROR:
        return "error", "✗", message.msg
    return ("warning", "!", message.msg) if message.level >= WARNING else ("good", "✓", message.msg)
