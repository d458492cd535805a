"""Worker, media worker and scheduler as processes of their own."""

import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from luffy_api.apps.monitoring import heartbeats
from luffy_api.apps.order.models import Order
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.order.tasks import reconcile_payments
from luffy_api.apps.video import services
from luffy_api.apps.video.models import TranscodingJob
from luffy_api.apps.video.transcoding.queue import enqueue_processing
from luffy_api.common.media_queue import MEDIA
from luffy_api.common.task_queue import SqliteQueueStorage
from luffy_api.common.task_runner import Role
from luffy_api.tests.buyer import wait_until
from luffy_api.tests.factories import OrderFactory, SectionFactory
from luffy_api.tests.processes.runners import Runners
from luffy_api.tests.processes.shop import Gateways

VIDEO = "course/videos/202611/0123456789abcdef0123456789abcdef/source.mp4"
# It takes longer than any test.
ENDLESS = "#!/bin/sh\nexec sleep 600\n"
State = TranscodingJob.State


@pytest.fixture
def runners(
    transactional_db: None, asks_gateways: None, gateway_urls: Gateways, tmp_path: Path
) -> Iterator[Runners]:
    with Runners(tmp_path, gateways=gateway_urls) as runners:
        yield runners


@pytest.fixture
def queues(tmp_path, monkeypatch):
    """What this process queues lies where the runners look."""
    for queue in (HUEY, MEDIA):
        storage = SqliteQueueStorage(queue.name, filename=str(tmp_path / "huey.sqlite3"))
        monkeypatch.setattr(queue, "storage", storage)
        monkeypatch.setattr(queue, "_immediate", False)


@pytest.fixture
def endless_video(tmp_path, runners) -> TranscodingJob:
    """A video that waits for tools which never come to an end."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("ffmpeg", "ffprobe"):
        (tools / name).write_text(ENDLESS)
        (tools / name).chmod(0o755)
    runners.environment["PATH"] = f"{tools}:{runners.environment['PATH']}"
    file = tmp_path / "private" / VIDEO
    file.parent.mkdir(parents=True)
    file.write_bytes(b"video")
    services.add_video(section_id=SectionFactory(video="").pk, name=VIDEO)
    return TranscodingJob.objects.get()


def due_order(**fields: object) -> Order:
    order: Order = OrderFactory(next_query_at=timezone.now() - timedelta(seconds=1), **fields)
    return order


def is_running(job: TranscodingJob) -> bool:
    job.refresh_from_db()
    return job.state == State.RUNNING


def is_paid(order: Order) -> bool:
    order.refresh_from_db()
    return order.order_status == OrderStatus.PAID


@pytest.mark.any_database
@pytest.mark.usefixtures("queues")
def test_a_long_conversion_delays_no_payment(runners, gateways, endless_video):
    # Given a worker, a media worker, and more conversions to do than there are threads
    processes = [runners.start(role) for role in ("worker", "media")]
    for _ in processes:
        runners.manager.wait_until_ready()
    for _ in range(8):
        enqueue_processing()
    wait_until(lambda: is_running(endless_video))

    # When somebody has paid, of which no notification came
    order = due_order()
    gateways["alipay"].sell(order)
    reconcile_payments()

    # Then it is found at once
    wait_until(lambda: is_paid(order), seconds=20)
    assert is_running(endless_video)

    # And the worker of payments ends without waiting for the conversion
    processes[0].send_signal(signal.SIGTERM)
    assert processes[0].wait(timeout=10) == 0
    assert processes[1].poll() is None


@pytest.mark.any_database
@pytest.mark.usefixtures("queues")
def test_without_a_media_worker_conversions_wait_and_payments_do_not(
    runners, gateways, endless_video
):
    enqueue_processing()
    order = due_order()
    gateways["alipay"].sell(order)
    runners.start("worker", "scheduler")

    wait_until(lambda: is_paid(order), seconds=30)

    assert not is_running(endless_video)
    alive = {role for role, at in heartbeats.last_seen().items() if at}
    assert alive == {Role.WORKER, Role.SCHEDULER}
    assert MEDIA.pending_count() >= 1


def test_two_schedulers_ask_the_gateway_once(runners, gateways):
    # Given two orders that are due, and two processes that have every role
    orders = [due_order() for _ in range(2)]
    gateways["alipay"].asked.clear()

    for _ in range(2):
        runners.start()
    for _ in range(2):
        runners.manager.wait_until_ready()

    # Then each order is asked about once
    numbers = sorted(order.out_trade_no for order in orders)
    wait_until(lambda: len(gateways["alipay"].asked) >= len(numbers))
    for process in runners.processes:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0, runners.log()
    assert sorted(number for _, number in gateways["alipay"].asked) == numbers
