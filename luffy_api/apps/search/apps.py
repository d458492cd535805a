from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "luffy_api.apps.search"
    label = "search"
    verbose_name = "搜索"

    def ready(self) -> None:
        """Subscribe to changes of the catalogue and to errors of the index, watch the outbox."""
        from luffy_api.apps.course.models.outbox import on_change
        from luffy_api.apps.monitoring import queues, readiness
        from luffy_api.apps.search import circuit_breaker, indexing, tasks

        on_change(tasks.schedule_index_update)
        circuit_breaker.on_unusable_index(tasks.schedule_rebuild)
        queues.register(indexing.OUTBOX)
        readiness.register("search", circuit_breaker.find_fault, circuit_breaker.AWAY)
