"""消息类型: which kinds of messages go out by which way, and the templates of their texts."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from luffy_api.apps.inbox import checks, kinds, selectors
from luffy_api.apps.inbox.models import ALWAYS_TOLD, WRITTEN, Kind, MessageKind
from luffy_api.common.admin import NOTHING, ModelAdmin
from luffy_api.common.edit_conflicts.admin import EditConflictsAdmin
from luffy_api.libs import sms

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[MessageKind]
else:
    ModelForm = forms.ModelForm


class MessageKindForm(ModelForm):
    """The row with its template, which names only parameters that its kind has."""

    class Meta:
        model = MessageKind
        fields = ["is_on", "by_sms", "by_mail", "sms_template_id", "sms_template"]
        widgets = {"sms_template": forms.TextInput({"class": "vLargeTextField"})}
        help_texts = {
            "sms_template_id": "短信平台审核通过的模板，如阿里云 SMS_123456789、腾讯云 449739",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.kind in ALWAYS_TOLD and "is_on" in self.fields:
            self.fields["is_on"].disabled = True
            self.fields["is_on"].help_text = "这一类消息总会发站内信，不能关闭"
        if "by_sms" in self.fields:
            to_all = "；这一类消息会发给课程的每一名学员"
            more = to_all if self.instance.kind == Kind.NEW_SECTION else ""
            self.fields["by_sms"].help_text = f"短信按条收费{more}"
        names = "、".join(f"{{{name}}}" for name in kinds.PARAMETERS[Kind(self.instance.kind)])
        if "sms_template" in self.fields:
            self.fields[
                "sms_template"
            ].help_text = f"与平台上的模板一字不差，参数写作 {names}；用来计算条数"

    def clean_sms_template(self) -> str:
        """Its words. Raises ValidationError for a parameter that nobody would fill in."""
        words: str = self.cleaned_data["sms_template"]
        row = MessageKind(kind=self.instance.kind, sms_template=words)
        if unknown := checks.unknown_parameters(row):
            raise forms.ValidationError(f"这一类消息没有这些参数：{'、'.join(unknown)}")
        return words

    def clean(self) -> None:
        """Django leaves out constraints that name a field which the form has not, like `kind`."""
        super().clean()
        data = self.cleaned_data
        if "sms_template_id" not in data or self.instance.kind in WRITTEN:
            return
        if data.get("by_sms") and not data["sms_template_id"]:
            self.add_error("sms_template_id", "发短信须先填写短信模板编号")


@admin.register(MessageKind)
class MessageKindAdmin(EditConflictsAdmin, ModelAdmin):
    """There is one row for each kind, made when the list is first opened."""

    form = MessageKindForm
    list_display = ["kind", "is_on", "by_sms", "by_mail", "sms_template_id", "cost"]
    readonly_fields = ["kind", "example", "cost"]
    fieldsets = [
        ("消息", {"fields": ["kind", "is_on", ("by_sms", "by_mail")]}),
        ("短信", {"fields": ["sms_template_id", "sms_template", "example", "cost"]}),
    ]
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[MessageKind]:
        """Without kinds that only a later release knows, which may have been rolled back."""
        return super().get_queryset(request).filter(kind__in=Kind)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: MessageKind | None = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """All kinds."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        known = set(MessageKind.objects.values_list("kind", flat=True))
        MessageKind.objects.bulk_create(
            [kinds.default(kind) for kind in Kind if kind not in known], ignore_conflicts=True
        )
        return super().changelist_view(request, extra_context)

    @admin.display(description="短信示例")
    def example(self, row: MessageKind) -> str:
        """As it arrives, with made up parameters."""
        return selectors.example_of(row) or NOTHING

    @admin.display(description="每人费用")
    def cost(self, row: MessageKind) -> str:
        """What a text message of the example costs for one student."""
        is_possible = bool(row.sms_template_id) or (row.kind in WRITTEN and settings.SMS_MESSAGES)
        if not (row.by_sms and is_possible):
            return NOTHING
        segments = sms.count_segments(selectors.example_of(row))
        return f"{segments} 条，约 {settings.SMS_PRICE * segments} 元"
