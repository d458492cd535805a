"""Staff read the Chinese titles of scheduled jobs."""

import pytest
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules
from huey.contrib.djhuey import HUEY

from luffy_api.apps.monitoring import conditions
from luffy_api.apps.monitoring.job_titles import TITLES
from luffy_api.apps.monitoring.models import JobRun
from luffy_api.common.media_queue import MEDIA

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_every_scheduled_job_has_a_title_and_nothing_else_has():
    autodiscover_modules("tasks")
    jobs = {task.name for queue in (HUEY, MEDIA) for task in queue._registry.periodic_tasks}

    assert set(TITLES) == jobs
    assert len(set(TITLES.values())) == len(TITLES)


def test_the_back_office_and_alerts_name_a_job_by_its_title_and_code(admin_client):
    run = JobRun.objects.create(name="reconcile_payments", failed_at=timezone.now(), failures=3)

    for path in ("/admin/monitoring/jobrun/", f"/admin/monitoring/jobrun/{run.pk}/change/"):
        page = admin_client.get(path).content.decode()
        assert TITLES["reconcile_payments"] in page
        assert "reconcile_payments" in page
    (problem,) = conditions.failing_jobs()
    assert TITLES["reconcile_payments"] in problem.title


def test_a_job_that_is_gone_from_the_code_keeps_its_name():
    assert str(JobRun(name="forgotten")) == "forgotten"
