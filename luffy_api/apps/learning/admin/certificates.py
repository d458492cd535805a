"""结课证书 in the back office: staff revoke, restore and correct what students have taken."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.learning import certificate_files, certificate_names, certificates
from luffy_api.apps.learning.exceptions import NameRefused
from luffy_api.apps.learning.models import CourseCertificate
from luffy_api.common.admin import ReadOnlyAdmin, staff_id
from luffy_api.common.admin_pages import RowPage, View, form_page, own_page

MAX_REASON = 200


class RevokeForm(forms.Form):
    """Why a certificate is good no more; its student reads it, strangers do not."""

    reason = forms.CharField(
        label="原因",
        max_length=MAX_REASON,
        help_text="学员会看到原因；查验页面只显示证书已被吊销",
    )


class NameForm(forms.Form):
    """Another name, and why."""

    name = forms.CharField(
        label="姓名",
        max_length=certificate_names.MAX_NAME,
        help_text="学员的全部证书都会改成这个姓名，已下载的文件不会改变",
    )
    reason = forms.CharField(label="原因", max_length=MAX_REASON, help_text="记入操作日志")

    def clean_name(self) -> str:
        """As it would be printed."""
        try:
            return certificate_names.cleaned(self.cleaned_data["name"])
        except NameRefused as refused:
            raise forms.ValidationError(refused.message) from refused


class StateFilter(admin.SimpleListFilter):
    """Good and revoked ones; good ones of students who have the course no more."""

    title = "状态"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """Hook of Django."""
        return [("valid", "有效"), ("revoked", "已吊销"), ("left", "有效，学员已没有该课程")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[CourseCertificate]
    ) -> QuerySet[CourseCertificate]:
        """Hook of Django."""
        if self.value() == "revoked":
            return queryset.filter(revoked_at__isnull=False)
        if self.value() == "left":
            has = Enrollment.objects.filter(user=OuterRef("user"), course=OuterRef("course"))
            return queryset.filter(~Exists(has), revoked_at__isnull=True, user__isnull=False)
        return queryset.filter(revoked_at__isnull=True) if self.value() == "valid" else queryset


@admin.register(CourseCertificate)
class CourseCertificateAdmin(RowPage, ReadOnlyAdmin):
    """Nobody issues a certificate for somebody else."""

    list_display = ["number", "name", "course_name", "user", "issued_at", "is_good"]
    list_filter = [StateFilter, "issued_at"]
    list_select_related = ["user"]
    show_full_result_count = False
    search_fields = ["number", "name", "course_name", "user__username", "user__mobile"]
    search_help_text = "证书编号、姓名、课程名称，学员的用户名或手机号"

    @admin.display(description="有效", boolean=True)
    def is_good(self, row: CourseCertificate) -> bool:
        """Whether it was not revoked."""
        return row.is_valid

    def has_manage_permission(self, request: HttpRequest) -> bool:
        """Whether the user may revoke, restore and correct."""
        right = "learning.manage_coursecertificate"
        return bool(request.user.has_perm(right))  # type: ignore[union-attr]

    def own_pages(self) -> dict[str, tuple[View, str]]:
        """The pages to revoke, to restore and to correct the name."""
        return {
            "<int:pk>/revoke/": (self.revoke_view, "revoke"),
            "<int:pk>/restore/": (self.restore_view, "restore"),
            "<int:pk>/name/": (self.name_view, "name"),
        }

    def row_page(self, request: HttpRequest, row: CourseCertificate, /) -> HttpResponse:
        """What the certificate says, and what may be done about it."""
        context = {
            "title": f"结课证书：{row.number}",
            "original": row,
            "object_id": row.pk,
            "certificate": row,
            "address": certificate_files.address_of(row),
            "may_manage": self.has_manage_permission(request),
            "may_correct": not certificate_names.is_masked(row.name),
        }
        return own_page(request, self, "admin/learning/certificate.html", context)

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The reason, and what became of it."""
        row = self._allowed(request, pk)
        form = RevokeForm(request.POST or None, initial={"reason": row.reason})
        if request.method == "POST" and form.is_valid():
            certificates.revoke(certificate_id=pk, staff_id=staff_id(request), **form.cleaned_data)
            return self._done(request, pk, "已吊销，查验页面会显示这张证书无效")
        return self._form(request, row, "吊销证书", form)

    def restore_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The question, and what became of it."""
        row = self._allowed(request, pk)
        if request.method == "POST":
            certificates.restore(certificate_id=pk, staff_id=staff_id(request))
            return self._done(request, pk, "已恢复，证书重新有效")
        return self._form(request, row, "恢复证书", None)

    def name_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The new name, and what became of it."""
        row = self._allowed(request, pk)
        if row.user_id is None or certificate_names.is_masked(row.name):
            raise Http404
        form = NameForm(request.POST or None, initial={"name": row.name})
        if request.method == "POST" and form.is_valid():
            count = certificates.correct_name(
                user_id=row.user_id, staff_id=staff_id(request), **form.cleaned_data
            )
            return self._done(request, pk, f"已更正 {count} 张证书的姓名")
        return self._form(request, row, "更正姓名", form)

    def _allowed(self, request: HttpRequest, pk: int) -> CourseCertificate:
        """Raises PermissionDenied, and Http404 for a certificate that there is not."""
        if not (self.has_manage_permission(request) and self.has_view_permission(request)):
            raise PermissionDenied
        row: CourseCertificate | None = self.get_queryset(request).filter(pk=pk).first()
        if row is None:
            raise Http404
        return row

    def _form(
        self, request: HttpRequest, row: CourseCertificate, title: str, form: forms.Form | None
    ) -> HttpResponse:
        facts: list[tuple[str, Any]] = [
            ("编号", row.number),
            ("姓名", row.name),
            ("课程", row.course_name),
            ("学员", row.user or "（已并入其他账号）"),
            ("颁发时间", row.issued_at),
        ]
        return form_page(request, self, title=title, facts=facts, form=form, back=_address(row.pk))

    def _done(self, request: HttpRequest, pk: int, text: str) -> HttpResponse:
        self.message_user(request, text)
        return HttpResponseRedirect(_address(pk))


def _address(certificate_id: int) -> str:
    return reverse("admin:learning_coursecertificate_change", args=[certificate_id])
