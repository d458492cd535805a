"""A school on three hosts: a database node, Redis with Sentinel, proxy and shop on each of them."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from scripts.clusters.galera import DATABASE, PASSWORD, PORT, USER, Cluster
from scripts.clusters.network import Network
from scripts.clusters.services import (
    DatabaseProxy,
    Edge,
    RedisNode,
    free_port,
    search_core,
    wait_for_master,
)

COURSES, FREE_COURSES = 20, 4


class School:
    """All of it; `spread` has all three database nodes take writes."""

    def __init__(self, network: Network, *, spread: bool) -> None:
        self.network = network
        self.cluster = Cluster(network.hosts)
        self.proxies = [DatabaseProxy(host, spread=spread) for host in network.hosts]
        self.redis = [RedisNode(host, network.hosts[0]) for host in network.hosts]

    def start_database(self) -> None:
        """One node with empty tables of the shop and the courses, then the others as its copies."""
        self.cluster.start()
        address = self.cluster.nodes[0].address
        os.environ["DATABASE_URL"] = f"mysql://{USER}:{PASSWORD}@{address}:{PORT}/{DATABASE}"
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", interactive=False, verbosity=0)
        from luffy_api.tests.factories import CourseFactory

        CourseFactory.create_batch(COURSES, price="99.00")
        CourseFactory.create_batch(FREE_COURSES, free=True)
        connection.close()
        self.cluster.join()

    @contextmanager
    def open(self) -> Iterator["School"]:
        """Everything else, until every shop is ready."""
        from luffy_api.libs.storage.tests import s3_signing, signed_s3
        from luffy_api.tests.fake_alipay import FakeAlipay
        from luffy_api.tests.fake_wechatpay import FakeWechatPay
        from scripts.clusters.shops import Codes, Shop

        with ExitStack() as stack:
            alipay = stack.enter_context(FakeAlipay().serving())
            wechat = stack.enter_context(FakeWechatPay().serving())
            s3 = signed_s3.SignedS3().start()
            stack.callback(s3.stop)
            s3.create_bucket(signed_s3.BUCKET)
            inward = {
                "alipay": alipay.server_port,
                "wechat": wechat.server_port,
                "s3": s3.server.server_port,
            }
            if search := stack.enter_context(_searching(self.network.scratch)):
                inward["search"] = search
            self.edge = Edge(self.network.outside, self.network.hosts, inward)
            self.edge.storage = {
                "S3_ENDPOINT_URL": self.edge.addresses["s3"],
                "S3_BUCKET": signed_s3.BUCKET,
                "S3_REGION": signed_s3.REGION,
                "S3_ACCESS_KEY": s3_signing.ACCESS_KEY,
                "S3_SECRET_KEY": s3_signing.SECRET_KEY,
            }
            found = f"{self.edge.addresses['search']}/courses" if search else ""
            self.shops = [Shop(host, self.edge, found) for host in self.network.hosts]
            self._start()
            self.codes = Codes([shop.web.log for shop in self.shops])
            yield self

    def _start(self) -> None:
        for redis in self.redis:
            redis.start()
        wait_for_master(self.redis)
        for proxy in self.proxies:
            proxy.process.start()
        self.edge.process.start()
        for shop in self.shops:
            shop.start()
        for shop in self.shops:
            shop.wait_until_listening()


@contextmanager
def _searching(scratch: Path) -> Iterator[int]:
    """The port of an Elasticsearch core; 0 where none stands beside the project."""
    core, port = search_core(), free_port()
    if core is None:
        yield 0
        return
    command = [core / "start", str(port), scratch / "search"]
    if subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode:
        print(f"- {core} does not start: each shop has a search index of its own")
        yield 0
        return
    try:
        yield port
    finally:
        subprocess.run([core / "stop", str(port)], check=False, capture_output=True)
