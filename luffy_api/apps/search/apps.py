import os

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "luffy_api.apps.search"
    label = "search"
    verbose_name = "搜索"

    def ready(self) -> None:
        """Subscribe to changes of the catalogue and to errors of the index, watch the outbox.

        And count searches every few seconds. Hot words and aliases are public.
        """
        from luffy_api.apps.course.models.outbox import on_change
        from luffy_api.apps.monitoring import queues, readiness
        from luffy_api.apps.publishing import publications
        from luffy_api.apps.search import circuit_breaker, indexing, models, search_log, tasks
        from luffy_api.common import background

        on_change(tasks.schedule_index_update)
        circuit_breaker.on_unusable_index(tasks.schedule_rebuild)
        queues.register(indexing.OUTBOX)
        readiness.register("search", circuit_breaker.find_fault, circuit_breaker.AWAY)
        background.register(search_log.flush, at_exit=search_log.flush)
        os.register_at_fork(after_in_child=search_log.forget)
        publications.register(models.HotWord, models.BlockedWord, models.SearchAlias)
