"""GET course/: pages."""

import pytest

from luffy_api.tests.factories import CourseFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/course/"


def test_ten_to_a_page_unless_asked_otherwise(api):
    CourseFactory.create_batch(12)
    first = api.get(URL).json()["data"]
    assert (first["count"], len(first["results"])) == (12, 10)
    assert first["previous"] is None
    second = api.get(URL, {"page": 2}).json()["data"]
    assert (len(second["results"]), second["next"]) == (2, None)
    assert len(api.get(URL, {"page_size": 50}).json()["data"]["results"]) == 12


def test_pages_neither_repeat_nor_lose_a_course(api):
    CourseFactory.create_batch(7, orders=1, students=5)
    seen = []
    for page in (1, 2, 3):
        query = {"page": page, "page_size": 3, "ordering": "students"}
        seen += [row["id"] for row in api.get(URL, query).json()["data"]["results"]]
    assert len(seen) == len(set(seen)) == 7


@pytest.mark.parametrize("size", ["1000000000", "51", "0", "-1", "abc", "", "1.5", "%00", "１０"])
def test_a_page_size_out_of_range_is_refused(api, size):
    answer = api.get(f"{URL}?page_size={size}")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["page_size"]


@pytest.mark.parametrize("page", ["0", "-1", "abc", "", "last", "1e3", "9" * 30, "%00"])
def test_what_is_no_page_number_is_refused(api, page):
    answer = api.get(f"{URL}?page={page}")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["page"]


@pytest.mark.parametrize("page", ["2", "999", "999999999"])
def test_a_page_past_the_end_is_not_found(api, page):
    CourseFactory()
    answer = api.get(URL, {"page": page})
    assert answer.status_code == 404
    assert answer.json()["code"] == 1004


def test_an_empty_list_has_one_empty_page(api):
    data = api.get(URL).json()["data"]
    assert data == {"count": 0, "next": None, "previous": None, "results": []}
