from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "luffy_api.apps.learning"
    label = "learning"
    verbose_name = "学习"

    def ready(self) -> None:
        """A student's own data includes what this app keeps."""
        from luffy_api.apps.learning import personal_data as own
        from luffy_api.apps.user import personal_data

        personal_data.register("progress", own.progress)
