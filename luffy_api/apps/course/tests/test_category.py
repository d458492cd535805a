"""GET course/category/."""

import pytest

from luffy_api.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/course/category/"


def test_visible_categories_in_their_order(api):
    CategoryFactory(name="Linux", orders=2)
    python = CategoryFactory(name="Python", orders=1)
    CategoryFactory(is_show=False)
    CategoryFactory(is_delete=True)
    rows = api.get(URL).json()["data"]
    assert rows[0] == {"id": python.pk, "name": "Python"}
    assert [row["name"] for row in rows] == ["Python", "Linux"]


@pytest.mark.parametrize("size", [1, 9])
def test_one_query(api, django_assert_num_queries, size):
    CategoryFactory.create_batch(size)
    with django_assert_num_queries(1):
        api.get(URL)
