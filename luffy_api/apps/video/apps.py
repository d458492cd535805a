from django.apps import AppConfig


class VideoConfig(AppConfig):
    name = "luffy_api.apps.video"
    label = "video"
    verbose_name = "视频"

    def ready(self) -> None:
        """drf-spectacular learns the extension from its import."""
        from luffy_api.apps.video import schema  # noqa: F401
