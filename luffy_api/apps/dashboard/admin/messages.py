"""消息: what was sent to whom, a new message with its preview, and stopping one."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from luffy_api.apps.dashboard.admin.message_form import AgreedForm, MessageForm
from luffy_api.apps.inbox import selectors, services, tasks
from luffy_api.apps.inbox.exceptions import AlreadySent, EstimateChanged, NotSendable
from luffy_api.apps.inbox.models import TO_MANY, Channel, Message
from luffy_api.apps.inbox.selectors import Estimate
from luffy_api.apps.school import selectors as school
from luffy_api.common.admin import ReadOnlyAdmin, staff_id
from luffy_api.common.admin_pages import RowPage, View, form_page, own_page
from luffy_api.common.bounded_pages import MAX_LISTED, BoundedPaginator, newest_of_each
from luffy_api.common.exceptions import DomainError

CHANGED = "内容已修改，没有发送，请看过新的预览再确认"
REPEATED = "《{}》已经发送过，没有再发一次"
UNFINISHED = (Message.State.EXPANDING, Message.State.EXPANDED)


def may_send(request: HttpRequest) -> bool:
    """Whether the request's user may send messages to students."""
    return bool(request.user.has_perm("inbox.send_message"))  # type: ignore[union-attr]


@admin.register(Message)
class MessageAdmin(RowPage, ReadOnlyAdmin):
    """What was sent is only read; a new message has a page of its own."""

    list_display = [
        *("title", "kind", "audience_name", "ways", "recipients", "state"),
        *("created_by", "created_time"),
    ]
    list_filter = ["kind", "state", "created_time"]
    list_select_related = ["created_by"]
    # In the order of their ids only: any other one sorts all messages.
    sortable_by = ()
    paginator = BoundedPaginator
    search_fields = ["title"]
    search_help_text = (
        f"标题；列表只到最近 {MAX_LISTED} 条消息，搜索只看每种类型最近的 {MAX_LISTED} 条"
    )
    change_list_template = "admin/dashboard/message/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """What staff have sent and what went to many; the shop itself tells much more than that."""
        return super().get_queryset(request).filter(kind__in=TO_MANY)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Message], search_term: str
    ) -> tuple[QuerySet[Message], bool]:
        """Hook of Django: among the newest of each kind.

        To look for a word that nobody has written in the titles of a million takes seconds.
        """
        if not search_term.strip():
            return queryset, False
        newest = newest_of_each(Message.objects.all(), "kind", TO_MANY)
        return super().get_search_results(request, queryset.filter(newest), search_term)

    @admin.display(description="发送方式")
    def ways(self, message: Message) -> str:
        """站内信、短信."""
        return "、".join(Channel(value).label for value in message.channels)

    def own_pages(self) -> dict[str, tuple[View, str]]:
        """The pages to send and to stop."""
        return {"send/": (self.send_view, "send"), "<int:pk>/stop/": (self.stop_view, "stop")}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, with the way to a new message."""
        context = {"may_send": may_send(request), **(extra_context or {})}
        return super().changelist_view(request, context)

    def row_page(self, request: HttpRequest, message: Message, /) -> HttpResponse:
        """The message, and how far it has come."""
        context = {
            "title": f"消息：{message}",
            "original": message,
            "object_id": message.pk,
            "message": message,
            "ways": self.ways(message),
            "rows": selectors.progress(message),
            "may_stop": may_send(request) and message.state in UNFINISHED,
        }
        return own_page(request, self, "admin/dashboard/message/detail.html", context)

    # --- A new message ------------------------------------------------------------------------

    def send_view(self, request: HttpRequest) -> HttpResponse:
        """The form, what it would do, and after another click the message.

        Nothing is kept between the two: the form is sent again, with what was agreed to.
        """
        if not may_send(request):
            raise PermissionDenied
        form = MessageForm(
            request.POST if request.method == "POST" else None,
            initial=MessageForm.initial_of(request.GET),
            staff=request.user,
        )
        if request.method == "POST" and form.is_valid():
            return self._preview_or_send(request, form)
        return self._form(request, form)

    def _preview_or_send(self, request: HttpRequest, form: MessageForm) -> HttpResponse:
        try:
            message, estimate = services.prepare(form.draft())
        except NotSendable as error:
            form.add_error(form.field_of(error.field), error.message)
            return self._form(request, form)
        if "apply" not in request.POST:
            return self._form(request, form, message, estimate)
        agreed = AgreedForm(request.POST)
        if not agreed.is_for(form):
            self.message_user(request, CHANGED, messages.WARNING)
            return self._form(request, form, message, estimate)
        submission = form.cleaned_data["submission"]
        is_repeated = services.is_sent(submission)
        try:
            sent = services.send(
                draft=form.draft(),
                agreed=agreed.agreed(),
                submission=submission,
                staff_id=staff_id(request),
            )
        except (AlreadySent, EstimateChanged) as error:
            self.message_user(request, error.message, messages.WARNING)
            return self._form(request, form, message, estimate)
        if is_repeated:
            self.message_user(request, REPEATED.format(sent.title), messages.WARNING)
        else:
            transaction.on_commit(lambda: tasks.work_on_message(sent.pk))
            self.message_user(request, f"已开始发送《{sent.title}》")
        return HttpResponseRedirect(_address(sent.pk))

    def _form(
        self,
        request: HttpRequest,
        form: MessageForm,
        message: Message | None = None,
        estimate: Estimate | None = None,
    ) -> TemplateResponse:
        context: dict[str, Any] = {
            "title": "发送消息",
            "form": form,
            "back": reverse("admin:inbox_message_changelist"),
            "announcements": [] if form.is_bound else school.announcements(),
        }
        if message is not None and estimate is not None:
            context |= {
                "draft": message,
                "estimate": estimate,
                "by_channel": [(way.label, n) for way, n in estimate.by_channel.items()],
                "digest": form.digest(),
            }
        return own_page(request, self, "admin/dashboard/message/send.html", context)

    # --- The end of one -----------------------------------------------------------------------

    def stop_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The question, and what became of it."""
        message = self.get_queryset(request).filter(pk=pk).first()
        if not may_send(request):
            raise PermissionDenied
        if message is None:
            raise Http404
        if request.method == "POST":
            self._stop(request, pk)
            return HttpResponseRedirect(_address(pk))
        return form_page(
            request,
            self,
            title="停止发送",
            facts=[("消息", message.title), ("发送对象", message.audience_name)],
            warning="还没有发出的短信和邮件不再发送；已经发出的，以及学员已经收到的站内信不能撤回。",
            form=None,
            back=_address(pk),
        )

    def _stop(self, request: HttpRequest, pk: int) -> None:
        try:
            services.stop(message_id=pk, staff_id=staff_id(request))
        except DomainError as error:
            self.message_user(request, error.message, messages.ERROR)
            return
        transaction.on_commit(lambda: tasks.work_on_message(pk))
        self.message_user(request, "已停止发送")


def _address(message_id: int) -> str:
    return reverse("admin:inbox_message_change", args=[message_id])
