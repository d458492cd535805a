"""Notifications per second of 64 clients, over HTTP, first ones and repeated ones.

Arguments: numbers of worker processes to try, such as 1 2 3.
"""

from decimal import Decimal

from scripts.benchmarks.shop import measure, scratch_shop, workers_to_try

ORDERS = 2000
COURSES = 20


def run(arguments: list[str]) -> None:
    """Every order is paid once, then every notification comes again."""
    for workers in workers_to_try(arguments):
        with scratch_shop(workers) as shop:
            from django.db import connection

            print(f"{connection.vendor}, {workers} worker process(es)")
            messages = _messages()
            first, rate = measure("paying two courses", shop, messages)
            again, repeated = measure("repeated", shop, messages)
            if first + again != {"200 success": 2 * ORDERS}:
                raise SystemExit(
                    f"not every answer was success: {first + again}\n{shop.log()[-3000:]}"
                )
            print(f"  a repeated one costs {rate / repeated:.2f} of a first one")


def _messages() -> list[bytes]:
    """Signed notifications for orders of many students, each for two of a few courses."""
    from luffy_api.tests.factories import CourseFactory, OrderFactory
    from luffy_api.tests.processes.clients import paid_for

    courses = CourseFactory.create_batch(COURSES)
    orders = [
        OrderFactory(
            courses=[courses[i % COURSES], courses[(i + 1) % COURSES]],
            total_amount=Decimal("198.00"),
        )
        for i in range(ORDERS)
    ]
    return [paid_for(order) for order in orders]
