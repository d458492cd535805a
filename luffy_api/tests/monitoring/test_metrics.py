"""/metrics: what is computed when it is asked."""

from datetime import timedelta

import pytest
from django.conf import settings as site_settings
from django.utils import timezone
from huey.contrib.djhuey import HUEY
from huey.signals import SIGNAL_COMPLETE, SIGNAL_ERROR

from luffy_api.apps.course.models import CatalogueEvent
from luffy_api.apps.monitoring import gauges, job_runs, queues
from luffy_api.apps.monitoring.models import JobRun
from luffy_api.apps.order.models import Refund, RefundStatus
from luffy_api.apps.order.tasks import reconcile_payments
from luffy_api.apps.video.models import TranscodingJob, Video
from luffy_api.common import metrics
from luffy_api.tests.factories import (
    CourseFactory,
    OrderFactory,
    RefundFactory,
    SectionFactory,
)

pytestmark = pytest.mark.django_db


class TestQueues:
    def test_they_are_empty_without_work(self, scrape):
        found = scrape()

        names = {"orders", "refunds", "search_index", "student_counts", "transcoding"}
        assert {dict(key)["queue"] for key in found["luffy_queue_rows"]} == names
        assert set(found["luffy_queue_age_seconds"].values()) == {0}

    def test_they_tell_how_many_wait_and_since_when(self, scrape):
        now = timezone.now()
        for minutes in (3, 7):
            OrderFactory(next_query_at=now - timedelta(minutes=minutes))
        OrderFactory(next_query_at=now + timedelta(minutes=1))
        CourseFactory()
        CatalogueEvent.objects.update(created_time=now - timedelta(minutes=2))
        video = Video.objects.create(section=SectionFactory(), file="lesson.mp4")
        TranscodingJob.objects.create(video=video)

        found = scrape()

        rows = {dict(key)["queue"]: value for key, value in found["luffy_queue_rows"].items()}
        ages = {
            dict(key)["queue"]: value for key, value in found["luffy_queue_age_seconds"].items()
        }
        assert (rows["orders"], rows["transcoding"]) == (2, 1)
        assert ages["orders"] == pytest.approx(7 * 60, abs=30)
        assert ages["search_index"] == pytest.approx(2 * 60, abs=30)

    def test_a_flood_is_counted_to_a_limit(self, monkeypatch, scrape):
        monkeypatch.setattr(queues, "MAX_COUNTED", 2)
        for minutes in range(1, 5):
            OrderFactory(next_query_at=timezone.now() - timedelta(minutes=minutes))

        found = scrape()

        assert found["luffy_queue_rows"][(("queue", "orders"),)] == 2
        assert found["luffy_queue_age_seconds"][(("queue", "orders"),)] >= 4 * 60

    def test_open_refunds_are_shown_by_status(self, scrape):
        RefundFactory(status=RefundStatus.REQUESTED)
        RefundFactory(status=RefundStatus.PROCESSING)
        RefundFactory(status=RefundStatus.REJECTED)

        found = scrape()["luffy_refunds_open"]

        assert found == {(("status", "requested"),): 1, (("status", "processing"),): 1}
        assert Refund.objects.count() == 3


@pytest.mark.django_db(transaction=True)
class TestJobs:
    def test_the_last_success_of_a_scheduled_job_is_kept(self, scrape, monkeypatch):
        monkeypatch.setattr(HUEY, "immediate", False)
        task = reconcile_payments.s()
        HUEY._emit(SIGNAL_COMPLETE, task)
        HUEY._emit(SIGNAL_ERROR, task, ValueError())
        HUEY._emit(SIGNAL_ERROR, task, ValueError())

        found = scrape()

        key = (("job", "reconcile_payments"),)
        succeeded = found["luffy_job_last_success_timestamp_seconds"][key]
        assert succeeded == pytest.approx(timezone.now().timestamp(), abs=30)
        assert found["luffy_job_failures"][key] == 2
        failed = (("outcome", "error"), ("task", "reconcile_payments"))
        assert found["luffy_tasks_total"][failed] == 2

    def test_a_success_ends_a_row_of_failures(self):
        for succeeded in (False, False, True, False):
            job_runs.note_run("clean_up", succeeded=succeeded)

        run = JobRun.objects.get()
        assert (run.failures, run.succeeded_at < run.failed_at) == (1, True)


class TestFaults:
    @pytest.mark.parametrize("rows", [1, 12])
    def test_the_number_of_queries_is_fixed(self, django_assert_num_queries, client, rows):
        for number in range(rows):
            job_runs.note_run(f"job {number}", succeeded=True)
            OrderFactory(next_query_at=timezone.now())
            RefundFactory(status=RefundStatus.REQUESTED)

        with django_assert_num_queries(11):
            assert client.get("/metrics").status_code == 200

    def test_a_part_that_fails_is_left_out(self, scrape, monkeypatch, caplog):
        def broken():
            raise ValueError("a fault of ours")

        monkeypatch.setattr(gauges, "_database_sources", [broken, gauges.jobs])
        monkeypatch.setattr(gauges, "_sources", [broken])
        job_runs.note_run("clean_up", succeeded=True)

        found = scrape()

        assert found["luffy_database_up"] == {(): 1}
        assert "luffy_job_failures" in found
        assert caplog.text.count("broken is left out") == 2


@pytest.mark.django_db(transaction=True)
def test_without_a_database_the_rest_is_shown(scrape, cut):
    cut(True)
    found = scrape()
    cut(False)

    assert found["luffy_database_up"] == {(): 0}
    assert "luffy_queue_rows" not in found
    assert found["luffy_disk_free_bytes"][(("folder", "var"),)] > 0
    assert "luffy_http_requests_total" in found


def test_the_document_lists_what_is_shown_and_nothing_else(scrape):
    text = (site_settings.BASE_DIR / "docs" / "metrics.md").read_text(encoding="utf-8")
    job_runs.note_run("clean_up", succeeded=True)
    families = [metric.name for metric in gauges.collect()]
    families += [metric.name for metric in metrics.REGISTRY.collect()]

    documented = {
        word.strip("`").removesuffix("_total")
        for line in text.splitlines()
        if line.startswith("| `luffy_")
        for word in line.split("|")[1].replace(" ", "").split(",")
    }

    assert documented == set(families)
