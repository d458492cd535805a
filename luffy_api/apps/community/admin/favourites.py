"""课程收藏: what students keep, to read only."""

from django.contrib import admin

from luffy_api.apps.community.models import Favourite
from luffy_api.common.admin import ReadOnlyAdmin


@admin.register(Favourite)
class FavouriteAdmin(ReadOnlyAdmin):
    """Nobody keeps a course for somebody else."""

    list_display = ["course", "user", "created_time"]
    list_select_related = ["course", "user"]
    show_full_result_count = False
    search_fields = ["course__name"]
