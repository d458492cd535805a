import os

from django.apps import AppConfig


class CourseConfig(AppConfig):
    name = "luffy_api.apps.course"
    label = "course"
    verbose_name = "课程"

    def ready(self) -> None:
        """Register a student's own data, what is counted, what is public, whom messages reach."""
        from luffy_api.apps.course import (
            listing,
            models,
            section_notices,
            selectors,
            student_counts,
            view_counts,
        )
        from luffy_api.apps.course import message_audience as audience
        from luffy_api.apps.course import personal_data as own
        from luffy_api.apps.course.models import derived
        from luffy_api.apps.inbox import audiences
        from luffy_api.apps.monitoring import queues
        from luffy_api.apps.publishing import publications
        from luffy_api.apps.publishing.versions import versions
        from luffy_api.apps.texts import registry
        from luffy_api.apps.user import personal_data
        from luffy_api.common import background, replica

        personal_data.register("enrollments", own.enrollments)
        audiences.register(audience.COURSE)
        audiences.register(section_notices.AUDIENCE)
        queues.register(student_counts.WAITING_CHANGES)
        background.register(student_counts.fold)
        background.register(listing.apply_due)
        background.register(view_counts.flush, at_exit=view_counts.flush)
        os.register_at_fork(after_in_child=view_counts.forget)
        derived.compute_with(listing.compute)
        catalogue = (
            *(models.Course, models.CourseCategory, models.CourseChapter, models.CourseSection),
            *(models.CourseDiscount, models.Teacher),
        )
        replica.allow(*catalogue, models.AlsoStudied)
        publications.register(*catalogue, models.AlsoStudied)
        registry.register(models.Course, "detail")
        registry.register(models.CourseSection, "content", "answer")
        versions.change_by_themselves(selectors.next_price_change)
