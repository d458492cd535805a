from django.apps import AppConfig


class SchoolConfig(AppConfig):
    name = "luffy_api.apps.school"
    label = "school"
    verbose_name = "学校"

    def ready(self) -> None:
        """The school's settings are public."""
        from luffy_api.apps.publishing import publications
        from luffy_api.apps.school.models import SchoolSettings

        publications.register(SchoolSettings)
