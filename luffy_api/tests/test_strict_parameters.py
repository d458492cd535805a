"""Whatever of a query string no list knows is refused, as an answer to half of it misleads."""

import pytest

from luffy_api.tests.factories import RefundFactory

pytestmark = pytest.mark.django_db
API = "/api/v1/"


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("order/refund/", "page"),
        ("course/search/", "search"),
        ("course/search/", "kind"),
        ("course/search/suggest/", "search"),
        ("course/mine/progress/", "courses"),
    ],
)
def test_a_list_names_what_it_does_not_know(student_api, path, query):
    unknown = student_api.get(f"{API}{path}?{query}=1&nonsense=1")
    twice = student_api.get(f"{API}{path}?{query}=1&{query}=2")

    assert (unknown.status_code, list(unknown.json()["errors"])) == (400, ["nonsense"])
    assert (twice.status_code, list(twice.json()["errors"])) == (400, [query])


def test_an_empty_search_box_is_no_mistake(client):
    assert client.get(f"{API}course/search/?search=").status_code == 200
    assert client.get(f"{API}course/search/suggest/?search=").status_code == 200


@pytest.mark.parametrize("query", ["courses=1", "course=1&course=2", "course=", "page=1"])
def test_a_mistyped_course_does_not_withdraw_every_request(student, student_api, query):
    refund = RefundFactory(order__user=student)

    path = f"{API}order/{refund.order.out_trade_no}/refund/"
    answer = student_api.delete(f"{path}?{query}")

    assert answer.status_code == 400
    before = refund.status
    refund.refresh_from_db()
    assert refund.status == before
