"""GET home/banner/."""

import pytest

from luffy_api.tests.factories import BannerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
URL = "/api/v1/home/banner/"


def test_visible_banners_in_their_order(api):
    BannerFactory(title="二", orders=2)
    first = BannerFactory(title="一", orders=1, link="https://example.com/a")
    BannerFactory(is_show=False)
    BannerFactory(is_delete=True)
    rows = api.get(URL).json()["data"]
    assert rows[0] == {
        "id": first.pk,
        "title": "一",
        "image": "/media/banner/one.webp",
        "image_set": [],
        "phone_image": None,
        "phone_image_set": [],
        "link": "https://example.com/a",
    }
    assert [row["title"] for row in rows] == ["一", "二"]


def test_at_most_eight(api):
    BannerFactory.create_batch(9)
    assert len(api.get(URL).json()["data"]) == 8


def test_a_stale_token_hides_nothing(api):
    BannerFactory()
    api.credentials(HTTP_AUTHORIZATION="jwt stale")
    assert len(api.get(URL).json()["data"]) == 1


@pytest.mark.parametrize("size", [1, 8])
def test_one_query(api, django_assert_num_queries, size):
    BannerFactory.create_batch(size)
    with django_assert_num_queries(1):
        api.get(URL)
