from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "luffy_api.apps.monitoring"
    label = "monitoring"
    verbose_name = "运行状态"

    def ready(self) -> None:
        """Keep the runs of scheduled jobs."""
        from luffy_api.apps.monitoring import job_runs

        job_runs.record()
