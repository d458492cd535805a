"""结课证书 in the back office: who may revoke, restore and correct, and what the log says."""

import pytest

from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.learning.models import CourseCertificate
from luffy_api.common import roles
from luffy_api.tests.back_office import log_of, page
from luffy_api.tests.factories import CertificateFactory
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def operations(client):
    """A browser of somebody who runs the courses."""
    client.force_login(staff(roles.OPERATIONS))
    return client


def test_staff_revoke_restore_and_correct_and_the_log_says_so(operations):
    row = CertificateFactory(name="王小名", course_name="<b>入门</b>")
    other = CertificateFactory(user=row.user, name="王小名")
    change = page(CourseCertificate, "change", row.pk)
    html = operations.get(change).content.decode()
    assert "&lt;b&gt;入门" in html
    assert f"/certificate/{row.number}" in html

    blank = operations.post(page(CourseCertificate, "revoke", row.pk), {"reason": " "})
    assert (blank.status_code, CourseCertificate.objects.get(pk=row.pk).is_valid) == (200, True)
    operations.post(page(CourseCertificate, "revoke", row.pk), {"reason": "请人代看"})
    first = CourseCertificate.objects.get(pk=row.pk).revoked_at
    operations.post(page(CourseCertificate, "revoke", row.pk), {"reason": "请他人代看"})
    assert CourseCertificate.objects.get(pk=row.pk).revoked_at == first
    html = operations.get(change).content.decode()
    assert "请他人代看" in html
    assert operations.get(page(CourseCertificate, "restore", row.pk)).status_code == 200
    operations.post(page(CourseCertificate, "restore", row.pk))
    operations.post(page(CourseCertificate, "restore", row.pk))

    wrong = {"name": "王1", "reason": "错字"}
    html = operations.post(page(CourseCertificate, "name", row.pk), wrong).content.decode()
    assert "姓名只能包含文字" in html
    operations.post(page(CourseCertificate, "name", row.pk), {"name": "王小明", "reason": "错字"})

    names = CourseCertificate.objects.values_list("name", flat=True)
    assert list(names) == ["王小明", "王小明"]
    # No names: the log outlives the account.
    corrected = "更正姓名，原因：错字"
    assert log_of(row) == [
        "吊销证书，原因：请人代看",
        "吊销证书，原因：请他人代看",
        "恢复证书",
        corrected,
    ]
    assert log_of(other) == [corrected]


def test_the_list_is_searched_and_filtered(operations):
    good, revoked, left = CertificateFactory.create_batch(3)
    operations.post(page(CourseCertificate, "revoke", revoked.pk), {"reason": "x"})
    Enrollment.objects.filter(user=left.user).delete()
    numbers = {row.number for row in (good, revoked, left)}
    for query, found in (
        ("", numbers),
        ("state=valid", {good.number, left.number}),
        ("state=revoked", {revoked.number}),
        ("state=left", {left.number}),
        (f"q={good.number}", {good.number}),
    ):
        html = operations.get(f"{page(CourseCertificate, 'changelist')}?{query}").content.decode()
        assert {number for number in numbers if f">{number}<" in html} == found, query


def test_a_name_that_is_gone_is_not_corrected(operations):
    row = CertificateFactory(name="王*明")
    assert operations.get(page(CourseCertificate, "change", row.pk)).status_code == 200
    assert operations.get(page(CourseCertificate, "name", row.pk)).status_code == 404


@pytest.mark.parametrize("role", ["", roles.FINANCE, roles.TEACHERS])
def test_other_roles_do_nothing_about_them(client, role):
    row = CertificateFactory()
    client.force_login(staff(role))
    for kind in ("revoke", "restore", "name"):
        form = {"reason": "x", "name": "李四"}
        assert client.post(page(CourseCertificate, kind, row.pk), form).status_code == 403
        assert client.get(page(CourseCertificate, kind, 10**9)).status_code == 403
    row.refresh_from_db()
    assert (row.is_valid, row.name) == (True, "王小明")


def test_pages_of_none_are_not_found(operations):
    for kind in ("revoke", "restore", "name"):
        assert operations.get(page(CourseCertificate, kind, 10**9)).status_code == 404
