from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "luffy_api.apps.monitoring"
    label = "monitoring"
    verbose_name = "运行状态"

    def ready(self) -> None:
        """Keep the runs of scheduled jobs, look at the machine, check the settings."""
        from luffy_api.apps.monitoring import (
            audit_origins,
            checks,  # noqa: F401
            conditions,
            gauges,
            heartbeats,
            job_runs,
            readiness,
            site_certificate,
        )
        from luffy_api.common import audit_log, replica

        audit_log.note_addresses_with(audit_origins.record)
        job_runs.record()
        conditions.register()
        gauges.register(heartbeats.gauges)
        gauges.register(site_certificate.gauges)
        if replica.is_configured():
            readiness.watch_replica()
