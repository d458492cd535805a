"""The back office of search."""

from django.contrib import admin

from luffy_api.apps.search.models import HotWord
from luffy_api.common.admin import CatalogueAdmin


@admin.register(HotWord)
class HotWordAdmin(CatalogueAdmin):
    """热门搜索词."""

    list_display = ["word", "orders", "is_show", "updated_time"]
    list_editable = ["orders", "is_show"]
    list_filter = ["is_show"]
    search_fields = ["word"]
