"""角色: what each may do, in words; schools make roles of their own from the rights there are."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from luffy_api.apps.user import role_rights
from luffy_api.common import audit_log
from luffy_api.common.admin import NOTHING, ModelAdmin, SuperuserOnly, staff_id
from luffy_api.common.choosers import RowsField
from luffy_api.common.edit_conflicts.admin import EditConflictsAdmin

if TYPE_CHECKING:
    BaseForm = forms.ModelForm[Group]
else:
    BaseForm = forms.ModelForm

admin.site.unregister(Group)


class RightBoxes(forms.CheckboxSelectMultiple):
    """Tables beside each other, each with its boxes."""

    template_name = "user/rights.html"


class RightsField(RowsField):
    """Rights as the audit log names them; boxes have their own words, by table."""

    def label_from_instance(self, obj: Any) -> str:
        """Hook of Django."""
        return role_rights.sentence_of(obj)


class RoleForm(BaseForm):
    """A role with a box for each right to choose. Its `editor` gives no more than they have."""

    editor: Any = None

    class Meta:
        model = Group
        fields = ["name", "permissions"]
        labels = {"name": "名称", "permissions": "可以做什么"}
        widgets = {"permissions": RightBoxes}
        help_texts = {
            "permissions": (
                "能选的就是“运营”“财务”“讲师”各自能做的事；账号、角色和支付密钥只有超级用户能管"
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields.get("permissions")
        if field is None:
            return
        if role_rights.is_built_in(self.instance):
            # Beside what it may do anyway, which stands above in words.
            field.label, field.help_text = "学校可以另外允许", ""
        field.queryset = role_rights.choosable(self.instance)
        field.choices = role_rights.grouped(field.queryset)
        if self.instance.pk:
            self.initial["permissions"] = list(
                field.queryset.filter(group=self.instance.pk).values_list("pk", flat=True)
            )

    def clean_permissions(self) -> list[Permission]:
        """What is chosen, and what the role has that is not to be chosen."""
        chosen = list(self.cleaned_data["permissions"])
        had = set(self.instance.permissions.all()) if self.instance.pk else set()
        new = [right for right in chosen if right not in had]
        if not all(self.editor.has_perm(role_rights.label_of(right)) for right in new):
            raise ValidationError("不能给出您自己没有的权限")
        fixed = had - set(role_rights.choosable(self.instance))
        return [*chosen, *fixed]


@admin.register(Group)
class GroupAdmin(SuperuserOnly, EditConflictsAdmin, ModelAdmin):
    """Superusers make roles; of a built-in one they choose what is optional. Accounts are given
    roles on their own page."""

    form = RoleForm
    name_related = staticmethod(role_rights.sentence_of)
    list_display = ["name", "kind", "members"]
    filter_horizontal = ()
    list_per_page = 20

    def get_fields(self, request: HttpRequest, obj: Group | None = None) -> Any:
        """Hook of Django: boxes where there is something to choose, words for the rest."""
        if obj is None:
            return ["name", "permissions"]
        if not role_rights.is_built_in(obj):
            return ["name", "members", "permissions"]
        optional = ["permissions"] if obj.name in role_rights.OPTIONAL else []
        return ["name", "members", "rights", *optional]

    def get_readonly_fields(self, request: HttpRequest, obj: Group | None = None) -> list[str]:
        """Hook of Django: code knows the names of built-in roles."""
        built_in = obj is not None and role_rights.is_built_in(obj)
        return ["members", "rights", *(["name"] if built_in else [])]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Hook of Django: the form knows who sends it."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"editor": request.user})

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Hook of Django: its own word for a group is no word of a school."""
        context["title"] = "修改角色" if kwargs.get("obj") else "增加角色"
        return super().render_change_form(request, context, *args, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Hook of Django: boxes, without the button that would make another permission."""
        boxes = {"widget": RightBoxes, "form_class": RightsField}
        return db_field.formfield(**{**kwargs, **boxes})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Hook of Django: the audit log says each right that was given or taken."""
        role: Group = form.instance
        rights = role.permissions.select_related("content_type")
        before = {right.pk: role_rights.sentence_of(right) for right in rights.all()}
        super().save_related(request, form, formsets, change)
        after = {right.pk: role_rights.sentence_of(right) for right in rights.all()}
        given = "、".join(sorted(after[pk] for pk in after.keys() - before.keys()))
        taken = "、".join(sorted(before[pk] for pk in before.keys() - after.keys()))
        if said := "；".join(
            f"{word}权限：{names}" for word, names in (("给出", given), ("收回", taken)) if names
        ):
            audit_log.log_change(role, user_id=staff_id(request), message=said)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Of a built-in role only what is optional."""
        allowed = super().has_change_permission(request, obj)
        fixed = obj is not None and role_rights.is_built_in(obj)
        return allowed and not (fixed and obj.name not in role_rights.OPTIONAL)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A role of the school's own that nobody has; never by the list."""
        if obj is None or role_rights.is_built_in(obj):
            return False
        return super().has_delete_permission(request, obj) and not obj.user_set.exists()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With their members, in two queries."""
        return super().get_queryset(request).prefetch_related("user_set")

    @admin.display(description="种类")
    def kind(self, role: Group) -> str:
        """Whether it came with the program."""
        return "系统自带" if role_rights.is_built_in(role) else "学校自建"

    @admin.display(description="成员")
    def members(self, role: Group) -> str:
        """Who has the role."""
        return "、".join(str(user) for user in role.user_set.all()) or NOTHING

    @admin.display(description="可以做什么")
    def rights(self, role: Group) -> SafeString | str:
        """Tables with what may be done to them, a line each."""
        lines = role_rights.of_role(role).items()
        return format_html_join(
            "", "<div>{}：{}</div>", ((table, "、".join(rights)) for table, rights in lines)
        )
