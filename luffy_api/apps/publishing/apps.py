from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "luffy_api.apps.publishing"
    label = "publishing"
    verbose_name = "发布"

    def ready(self) -> None:
        """Watch what every connection to the database writes."""
        from luffy_api.apps.publishing import publications

        publications.watch_connections()
