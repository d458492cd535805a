"""学员: one page with all that the shop knows of a student, as far as its reader may see it."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from luffy_api.apps.dashboard import student_page
from luffy_api.apps.dashboard.admin import connections, gift_lists, gifts, merging
from luffy_api.apps.dashboard.admin import messages as messages_page
from luffy_api.apps.dashboard.models import Student
from luffy_api.apps.user import notes, selectors
from luffy_api.apps.user.models import StudentNote, User
from luffy_api.common.admin import NOTHING, ReadOnlyAdmin, is_superuser, staff_id
from luffy_api.common.admin_pages import RowPage, View, own_page
from luffy_api.common.exceptions import DomainError

MODERATE = "community.moderate_question"
# Parts of the page, each for whoever may see the whole list of it: of what is said about courses
# those who may not moderate see their own courses.
LISTS = {
    "certificates": (["learning.view_coursecertificate"], student_page.certificates),
    "questions": (["community.view_question", MODERATE], student_page.questions),
    "answers": (["community.view_answer", MODERATE], student_page.answers),
    "ratings": (["community.view_rating", "community.moderate_rating"], student_page.ratings),
    "orders": (["order.view_order"], student_page.orders),
    "refunds": (["order.view_refund"], student_page.refunds),
    "offline_payments": (["order.view_offlinepayment"], student_page.offline_payments),
    "invoices": (["order.view_invoice"], student_page.invoices),
    "memberships": (["promotion.view_membershipperiod"], student_page.memberships),
}


class NoteForm(forms.Form):
    """A note for colleagues."""

    text = forms.CharField(
        label="备注",
        max_length=StudentNote.MAX_LENGTH,
        widget=forms.Textarea({"rows": 3, "class": "vLargeTextField"}),
        help_text="保存后不能修改或删除；学员导出自己的数据时会看到备注的内容",
    )


@admin.register(Student)
class StudentAdmin(RowPage, ReadOnlyAdmin):
    """Superusers browse the accounts; others find one student by the whole mobile or name."""

    list_display = ["nickname_shown", "username", "mobile_shown", "is_active", "date_joined"]
    list_display_links = ["nickname_shown"]
    search_fields = ["username", "nickname", "mobile", "email"]
    search_help_text = "学员的手机号、用户名或邮箱"
    show_full_result_count = False
    change_list_template = "admin/dashboard/student/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Members of staff are for superusers only."""
        rows = super().get_queryset(request)
        return rows if is_superuser(request) else rows.filter(is_staff=False)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Hook of Django: nobody but superusers reads the list of accounts."""
        if is_superuser(request):
            return super().get_search_results(request, queryset, search_term)
        found = selectors.find_by_identity(search_term) if search_term.strip() else None
        return (queryset.filter(pk=found.pk) if found else queryset.none()), False

    @admin.display(description="昵称", ordering="nickname")
    def nickname_shown(self, student: Student) -> str:
        """What the student is called."""
        return str(student)

    @admin.display(description="手机号", ordering="mobile")
    def mobile_shown(self, student: Student) -> str:
        """The masked mobile."""
        return student.masked_mobile or NOTHING

    def own_pages(self) -> dict[str, tuple[View, str]]:
        """Notes, courses that are given and taken back, connected accounts, and merges."""
        return {
            "give/": (partial(gift_lists.GIVE.answer, self), gift_lists.GIVE.name),
            "take/": (partial(gift_lists.TAKE.answer, self), gift_lists.TAKE.name),
            "<int:pk>/note/": (self.note_view, "note"),
            "<int:pk>/give/": (self.give_view, "give"),
            "<int:pk>/take/<int:course_id>/": (self.take_view, "take"),
            "<int:pk>/disconnect/<slug:provider>/": (self.disconnect_view, "disconnect"),
            "<int:pk>/merge/": (self.merge_view, "merge"),
        }

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, with the ways to gifts for many."""
        pages = [page for page in (gift_lists.GIVE, gift_lists.TAKE) if page.may(request)]
        return super().changelist_view(request, {"list_pages": pages, **(extra_context or {})})

    def row_page(self, request: HttpRequest, student: Student, /) -> HttpResponse:
        """The page of a student, which is only read; what is done about it has its own pages."""
        return self._page(request, student, NoteForm())

    def note_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Add a note."""
        student = self.student(request, pk)
        if not _may_write(request):
            raise PermissionDenied
        form = NoteForm(request.POST if request.method == "POST" else None)
        if request.method != "POST" or not form.is_valid():
            return self._page(request, student, form)
        try:
            notes.write(
                user_id=student.pk, author_id=staff_id(request), text=form.cleaned_data["text"]
            )
        except DomainError as error:
            self.message_user(request, error.message, messages.ERROR)
        else:
            self.message_user(request, "已添加备注")
        return HttpResponseRedirect(student_page.address(pk))

    def give_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """赠送课程."""
        return gifts.give_view(self, request, self.student(request, pk))

    def take_view(self, request: HttpRequest, pk: int, course_id: int) -> HttpResponse:
        """收回课程."""
        return gifts.take_view(self, request, self.student(request, pk), course_id)

    def disconnect_view(self, request: HttpRequest, pk: int, provider: str) -> HttpResponse:
        """解除绑定."""
        student = self.student(request, pk)
        return connections.disconnect_view(self, request, student, provider)

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """合并账号."""
        return merging.merge_view(self, request, self.student(request, pk))

    def student(self, request: HttpRequest, pk: int) -> Student:
        """Raises Http404 for nobody, PermissionDenied for whoever may not see students."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found: Student | None = self.get_queryset(request).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def _page(self, request: HttpRequest, student: Student, form: NoteForm) -> TemplateResponse:
        user: Any = request.user
        context: dict[str, Any] = {
            "title": f"学员：{student}",
            "student": student,
            "is_superuser": is_superuser(request),
            "may_message": messages_page.may_send(request) and student.is_active,
            "notes": student_page.notes_of_staff(student.pk),
            "form": form if _may_write(request) and student.closed_at is None else None,
            "entries": student_page.entries(student.pk),
            **{
                name: read(student.pk)
                for name, (rights, read) in LISTS.items()
                if user.has_perms(rights)
            },
        }
        if user.has_perm("course.view_enrollment"):
            context |= _courses(request, student)
        if connections.may_see(request):
            context["connections"] = student_page.connections(student.pk)
            context["may_disconnect"] = connections.may_disconnect(request)
        if is_superuser(request):
            context["consents"] = student_page.agreed(student.pk)
            context["logins"] = student_page.logins_of(student.pk)
            context["ended_logins"] = student_page.ended_logins(student.pk)
        return own_page(request, self, "admin/dashboard/student/detail.html", context)


def _courses(request: HttpRequest, student: User) -> dict[str, Any]:
    rows, page = student_page.courses(student.pk, page=request.GET.get("page"))
    return {
        "courses": rows,
        "courses_page": page,
        "may_give": gifts.may_give(request) and student.is_active,
        "may_take": gifts.may_take(request),
    }


def _may_write(request: HttpRequest) -> bool:
    return bool(request.user.has_perm("user.add_studentnote"))  # type: ignore[union-attr]
