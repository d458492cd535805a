from django.apps import AppConfig


class UserConfig(AppConfig):
    name = "luffy_api.apps.user"
    label = "user"
    verbose_name = "用户"

    def ready(self) -> None:
        """drf-spectacular finds extensions once their module is imported."""
        from luffy_api.apps.user import schema  # noqa: F401
