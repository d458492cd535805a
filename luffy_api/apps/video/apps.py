from django.apps import AppConfig


class VideoConfig(AppConfig):
    name = "luffy_api.apps.video"
    label = "video"
    verbose_name = "视频"

    def ready(self) -> None:
        """drf-spectacular learns the extension from its import; operators watch the jobs."""
        from luffy_api.apps.monitoring import queues
        from luffy_api.apps.video import metrics, schema  # noqa: F401

        queues.register(metrics.WAITING_JOBS)
