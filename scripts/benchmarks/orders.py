"""Orders over HTTP, new ones and open ones that are asked for again.

./scripts/bench orders [WORKERS …] [redis]   from 64 clients, with so many processes
./scripts/bench orders bare                  beside a bare Django view
"""

from scripts.benchmarks.beside_bare import beside_bare
from scripts.benchmarks.shop import choice, measure, scratch_shop

STUDENTS = 200
CARTS = 10


def run(arguments: list[str]) -> None:
    """Every student orders ten carts of two courses, then the same ones again."""
    chosen = choice(arguments, ("redis", "bare"))
    if "bare" in chosen.words:
        with beside_bare() as pair:
            requests = _requests()
            pair.compare("placing", requests)
            pair.compare("the same cart again", requests)
        return
    for workers in chosen.workers:
        _from_many_clients(workers, redis="redis" in chosen.words)


def _from_many_clients(workers: int, *, redis: bool) -> None:
    with scratch_shop(workers, redis=redis) as shop:
        from django.db import connection

        print(f"{connection.vendor}, {workers} worker process(es)")
        requests = _requests()
        new, rate = measure("new orders", shop, requests)
        again, repeated = measure("the same again", shop, requests)
        if new + again != {"201": 2 * len(requests)}:
            raise SystemExit(f"not every order was taken: {new + again}\n{shop.log()[-3000:]}")
        if "locked" in shop.log():
            raise SystemExit("the database was locked")
        print(f"  the same again costs {rate / repeated:.2f} of a new one")


def _requests() -> list[bytes]:
    """Students in turns, so that no rate limit of one account is felt."""
    from luffy_api.apps.user import tokens
    from luffy_api.tests.factories import CourseFactory, UserFactory
    from luffy_api.tests.processes.clients import api

    students = [tokens.issue(user).token for user in UserFactory.create_batch(STUDENTS)]
    course_ids = [course.pk for course in CourseFactory.create_batch(CARTS + 1, price="99.00")]
    pairs = [course_ids[i : i + 2] for i in range(CARTS)]
    return [
        api("order/pay/", student, {"courses": pair, "total_amount": "198.00"})
        for pair in pairs
        for student in students
    ]
