from django.apps import AppConfig


class CourseConfig(AppConfig):
    name = "luffy_api.apps.course"
    label = "course"
    verbose_name = "课程"

    def ready(self) -> None:
        """A student's own data includes what this app keeps."""
        from luffy_api.apps.course import personal_data as own
        from luffy_api.apps.user import personal_data

        personal_data.register("enrollments", own.enrollments)
