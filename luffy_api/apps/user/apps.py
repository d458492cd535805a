from django.apps import AppConfig


class UserConfig(AppConfig):
    name = "luffy_api.apps.user"
    label = "user"
    verbose_name = "用户"

    def ready(self) -> None:
        """drf-spectacular finds extensions, and Django checks, once their module is imported."""
        from luffy_api.apps.user import checks as own_checks  # noqa: F401
        from luffy_api.apps.user import schema  # noqa: F401
        from luffy_api.common.mysql import checks  # noqa: F401
