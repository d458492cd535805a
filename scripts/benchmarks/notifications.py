"""Notifications of payments over HTTP, first ones and repeated ones.

./scripts/bench notifications [WORKERS …] [redis]   from 64 clients, with so many processes
./scripts/bench notifications bare                  beside a bare Django view
"""

from decimal import Decimal

from scripts.benchmarks.beside_bare import beside_bare
from scripts.benchmarks.shop import choice, measure, scratch_shop

ORDERS = 2000
COURSES = 20


def run(arguments: list[str]) -> None:
    """Every order is paid once, then every notification comes again."""
    chosen = choice(arguments, ("redis", "bare"))
    if "bare" in chosen.words:
        with beside_bare() as pair:
            messages = _messages()
            pair.compare("first notification", messages)
            pair.compare("repeated notification", messages)
        return
    for workers in chosen.workers:
        _from_many_clients(workers, redis="redis" in chosen.words)


def _from_many_clients(workers: int, *, redis: bool) -> None:
    with scratch_shop(workers, redis=redis) as shop:
        from django.db import connection

        print(f"{connection.vendor}, {workers} worker process(es)")
        messages = _messages()
        first, rate = measure("paying two courses", shop, messages)
        again, repeated = measure("repeated", shop, messages)
        if first + again != {"200 success": 2 * ORDERS}:
            raise SystemExit(f"not every answer was success: {first + again}\n{shop.log()[-3000:]}")
        print(f"  a repeated one costs {rate / repeated:.2f} of a first one")


def _messages() -> list[bytes]:
    """Signed notifications for orders of many students, each for two of a few courses."""
    from django.db import transaction

    from luffy_api.tests.factories import CourseFactory, OrderFactory
    from luffy_api.tests.processes.clients import paid_for

    courses = CourseFactory.create_batch(COURSES)
    with transaction.atomic():
        orders = [
            OrderFactory(
                courses=[courses[i % COURSES], courses[(i + 1) % COURSES]],
                total_amount=Decimal("198.00"),
            )
            for i in range(ORDERS)
        ]
    return [paid_for(order) for order in orders]
