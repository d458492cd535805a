"""Lists of the back office: filters that no column can hold, actions on too many rows or none."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from luffy_api.common.deep_pages import LongList

if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Any]
else:
    BaseAdmin = admin.ModelAdmin


# Rows that an action on "all" takes at once: each is written, and logged, by itself.
MAX_ROWS = 500

WRONG_ADDRESS = "网址里的筛选条件无效，现在列出的是全部记录。"
NOTHING_CHOSEN = "没有选中任何记录，什么也没有改动。"


class ListLookupsAdmin(BaseAdmin):
    """Mixin before every ModelAdmin of the site (admin_site.py)."""

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Hook of Django, which leads from a wrong address to the whole list without a word.

        simpleui sends an action without the button that Django looks for when no row is chosen. A
        list that is a page of its own, as that of payment credentials, has other actions.
        """
        sent = request.POST
        is_action = sent.get("action") in self.get_actions(request) if sent else False
        chosen = {"_save", "index", ACTION_CHECKBOX_NAME} & sent.keys() and self._are_keys(sent)
        if is_action and not chosen:
            self.message_user(request, NOTHING_CHOSEN, messages.WARNING)
            return HttpResponseRedirect(request.get_full_path())
        if request.method == "GET" and ERROR_FLAG in request.GET:
            self.message_user(request, WRONG_ADDRESS, messages.WARNING)
        return super().changelist_view(request, *args, **kwargs)

    def _are_keys(self, sent: Any) -> bool:
        """Whether rows of this list can have the keys that were chosen; Django looks them up."""
        key = self.opts.pk
        try:
            for chosen in sent.getlist(ACTION_CHECKBOX_NAME):
                key.clean(chosen, None)
        except ValidationError:
            return False
        return True

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any
    ) -> HttpResponse | None:
        """Hook of Django: who has selected all pages of a long list is told to narrow it.

        Lists that are searched or bounded have a limit of their own (deep_pages.py).
        """
        is_across = request.POST.get("select_across", "0") not in ("", "0")
        has_own = isinstance(self, LongList) and self.max_selected(request) is not None
        if is_across and not has_own:
            count = queryset.order_by().count()
            if count > MAX_ROWS and not self._takes_all(request):
                text = f"选中了 {count} 条，一次最多操作 {MAX_ROWS} 条，请先筛选，分几次操作。"
                self.message_user(request, text, messages.ERROR)
                return HttpResponseRedirect(request.get_full_path())
        return super().response_action(request, queryset, *args)

    def _takes_all(self, request: HttpRequest) -> bool:
        """Whether the chosen action goes by batches (batches.py)."""
        found = self.get_actions(request).get(request.POST.get("action", ""))
        return bool(found and getattr(found[0], "takes_all", False))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Hook of Django, which checks numbers of more than 64 bits in `exact`, and not in `in`.

        SQLite refuses them when it is asked; the page without the filter is shown then.
        """
        try:
            return super().get_changelist_instance(request)
        except OverflowError as error:
            raise IncorrectLookupParameters(error) from error
