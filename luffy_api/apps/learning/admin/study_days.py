"""每日学习 in the back office, read-only: the list behind the figures of learning."""

from django.contrib import admin

from luffy_api.apps.learning.models import StudyDay
from luffy_api.common.admin import ReadOnlyAdmin


@admin.register(StudyDay)
class StudyDayAdmin(ReadOnlyAdmin):
    """Who watched how much of which course on which day."""

    list_display = ["day", "user", "course", "minutes"]
    list_filter = ["day"]
    show_full_result_count = False
    list_select_related = ["user", "course"]
    search_fields = ["user__username", "user__mobile", "course__name"]
    fields = ["day", "user", "course", "minutes"]
    ordering = ["-day", "-id"]

    @admin.display(description="观看（分钟）", ordering="seconds")
    def minutes(self, row: StudyDay) -> int:
        """Rounded down."""
        return row.seconds // 60
