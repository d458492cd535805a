"""The public look-up of a 结课证书 by its number."""

import pytest
from django.core.cache import cache

from luffy_api.tests.factories import (
    CertificateFactory,
)

pytestmark = pytest.mark.django_db
API = "/api/v1/course/"


def test_who_has_the_number_learns_that_it_is_genuine_and_no_more(api, student_api):
    row = CertificateFactory(name="王小明", course_name="Python 入门", teacher_name="林知夏")
    for client, number in ((api, row.number), (api, row.number.lower()), (student_api, row.number)):
        answer = client.get(f"{API}certificate/{number}/")
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "private, no-store"
        data = answer.json()["data"]
        assert data.keys() == {
            *("number", "name", "course_name", "teacher_name", "school_name"),
            *("sections", "issued_at", "is_valid", "revoked_at"),
        }
        assert (data["name"], data["is_valid"]) == ("王*明", True)
    for number in ("x", "0" * 26, row.number[:-1], row.number + "0", "%00", "Ü" * 26, "9" * 5000):
        answer = api.get(f"{API}certificate/{number}/")
        assert (answer.status_code, answer.json()["data"]) == (404, None), number


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("name", "shown"), [("王明", "王*"), ("欧阳娜娜", "欧**娜"), ("Anna Smith", "A********h")]
)
def test_strangers_see_masked_names(api, name, shown):
    row = CertificateFactory(name=name)
    assert api.get(f"{API}certificate/{row.number}/").json()["data"]["name"] == shown


@pytest.mark.any_database
def test_numbers_are_not_looked_up_without_end(api):
    cache.clear()
    statuses = [api.get(f"{API}certificate/{n:026}/").status_code for n in range(121)]
    assert (set(statuses[:120]), statuses[120]) == ({404}, 429)
