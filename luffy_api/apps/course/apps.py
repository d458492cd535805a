from django.apps import AppConfig


class CourseConfig(AppConfig):
    name = "luffy_api.apps.course"
    label = "course"
    verbose_name = "课程"

    def ready(self) -> None:
        """Register what a student's own data includes, and the counting of students."""
        from luffy_api.apps.course import personal_data as own
        from luffy_api.apps.course import student_counts
        from luffy_api.apps.monitoring import queues
        from luffy_api.apps.user import personal_data
        from luffy_api.common import background

        personal_data.register("enrollments", own.enrollments)
        queues.register(student_counts.WAITING_CHANGES)
        background.register(student_counts.fold)
