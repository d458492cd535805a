from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "luffy_api.apps.monitoring"
    label = "monitoring"
    verbose_name = "运行状态"

    def ready(self) -> None:
        """Keep the runs of scheduled jobs, look at the machine, check the settings."""
        from luffy_api.apps.monitoring import (
            checks,  # noqa: F401
            conditions,
            gauges,
            heartbeats,
            job_runs,
            site_certificate,
        )

        job_runs.record()
        conditions.register()
        gauges.register(heartbeats.gauges)
        gauges.register(site_certificate.gauges)
