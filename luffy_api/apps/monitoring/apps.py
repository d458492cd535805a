from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "luffy_api.apps.monitoring"
    label = "monitoring"
    verbose_name = "运行状态"

    def ready(self) -> None:
        """Keep the runs of scheduled jobs, look at the machine, check the settings."""
        from luffy_api.apps.monitoring import checks, conditions, job_runs  # noqa: F401

        job_runs.record()
        conditions.register()
