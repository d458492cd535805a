"""The back office of search: hot and blocked words, aliases, and the search log."""

from django.contrib import admin
from django.core.cache import cache
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from luffy_api.apps.search import search_log
from luffy_api.apps.search.models import (
    BlockedWord,
    HotWord,
    MissedSearch,
    SearchAlias,
    SearchDay,
    SearchWord,
)
from luffy_api.common.admin import CatalogueAdmin, ModelAdmin, ReadOnlyAdmin, staff_id
from luffy_api.common.edit_conflicts.admin import EditConflictsAdmin


@admin.register(HotWord)
class HotWordAdmin(CatalogueAdmin):
    """Hot words that admins chose."""

    list_display = ["word", "orders", "is_show", "updated_time"]
    list_editable = ["orders", "is_show"]
    list_filter = ["is_show"]
    search_fields = ["word"]


@admin.register(BlockedWord)
class BlockedWordAdmin(EditConflictsAdmin, ModelAdmin):
    """Words that keep searches from becoming hot words."""

    list_display = ["word", "created_time"]
    search_fields = ["word"]


class FoundFilter(admin.SimpleListFilter):
    """Filter words by whether their latest search of the day had hits."""

    title = "结果"
    parameter_name = "found"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """Offer words without and with results."""
        return [("no", "没有结果"), ("yes", "有结果")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[SearchWord]
    ) -> QuerySet[SearchWord]:
        """Apply the choice; no choice means all words."""
        if self.value() == "no":
            return queryset.filter(found=0)
        return queryset.filter(found__gt=0) if self.value() == "yes" else queryset


@admin.register(SearchWord)
class SearchWordAdmin(ReadOnlyAdmin):
    """Searched words by day; read only, with actions to choose or block them."""

    list_display = ["text", "day", "people", "searches", "found"]
    list_filter = [FoundFilter, "day"]
    search_fields = ["text"]
    fields = ["text", "day", "people", "searches", "found"]
    actions = ["choose", "block"]

    @admin.action(description="设为热门搜索词", permissions=["choose"])
    def choose(self, request: HttpRequest, queryset: QuerySet[SearchWord]) -> None:
        """Add the selected words to the hot words."""
        count = search_log.choose(
            queryset.values_list("text", flat=True), staff_id=staff_id(request)
        )
        self.message_user(request, f"已加入 {count} 个热门搜索词")

    @admin.action(description="屏蔽", permissions=["block"])
    def block(self, request: HttpRequest, queryset: QuerySet[SearchWord]) -> None:
        """Block the selected words."""
        count = search_log.block(
            queryset.values_list("text", flat=True), staff_id=staff_id(request)
        )
        cache.delete(search_log.POPULAR_KEY)
        self.message_user(request, f"已屏蔽 {count} 个搜索词")

    def has_choose_permission(self, request: HttpRequest) -> bool:
        """Whether the user may add hot words."""
        return bool(request.user.has_perm("search.add_hotword"))  # type: ignore[union-attr]

    def has_block_permission(self, request: HttpRequest) -> bool:
        """Whether the user may add blocked words."""
        return bool(request.user.has_perm("search.add_blockedword"))  # type: ignore[union-attr]


@admin.register(SearchDay)
class SearchDayAdmin(ReadOnlyAdmin):
    """Searches by day; read only."""

    list_display = ["day", "searches", "without_result", "by_database"]


@admin.register(SearchAlias)
class SearchAliasAdmin(EditConflictsAdmin, ModelAdmin):
    """Other names of one thing; found a second after they are saved."""

    list_display = ["alias", "meaning", "both_ways", "updated_time"]
    list_filter = ["both_ways"]
    search_fields = ["alias", "meaning"]
    fields = ["alias", "meaning", "both_ways"]


@admin.register(MissedSearch)
class MissedSearchAdmin(ReadOnlyAdmin):
    """What was searched and not found, most people first; with one click it becomes an alias."""

    list_display = ["text", "day", "people", "searches", "new_alias"]
    list_filter = ["day"]
    search_fields = ["text"]
    fields = ["text", "day", "people", "searches"]
    ordering = ["-people", "-searches", "-day", "id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[MissedSearch]:
        """Each word once, by its latest day, if that day's last search found nothing."""
        later = SearchWord.objects.filter(key=OuterRef("key"), day__gt=OuterRef("day"))
        rows: QuerySet[MissedSearch] = super().get_queryset(request)
        return rows.filter(~Exists(later), found=0)

    @admin.display(description="操作")
    def new_alias(self, row: MissedSearch) -> SafeString:
        """A link to the form of a new alias, with this word in it."""
        query = urlencode({"alias": row.text})
        return format_html(
            '<a href="{}?{}">设为别名</a>', reverse("admin:search_searchalias_add"), query
        )
