"""敏感词: what keeps a text waiting for staff."""

from django.contrib import admin

from luffy_api.apps.community.models import FilteredWord
from luffy_api.common.admin import ModelAdmin
from luffy_api.common.edit_conflicts.admin import EditConflictsAdmin


@admin.register(FilteredWord)
class FilteredWordAdmin(EditConflictsAdmin, ModelAdmin):
    """Words of the filter, for what is written from now on."""

    list_display = ["word", "created_time"]
    search_fields = ["word"]
