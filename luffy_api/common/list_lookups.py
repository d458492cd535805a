"""Lists of the back office: filters that no column can hold, and actions on too many rows."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from luffy_api.common.deep_pages import LongList

if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Any]
else:
    BaseAdmin = admin.ModelAdmin


# Rows that an action on "all" takes at once: each is written, and logged, by itself.
MAX_ROWS = 500


class ListLookupsAdmin(BaseAdmin):
    """Mixin before every ModelAdmin of the site (admin_site.py)."""

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
