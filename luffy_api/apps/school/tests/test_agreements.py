"""Agreements: each publication is a version that stays as it is."""

import threading

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from luffy_api.apps.school import selectors
from luffy_api.apps.school.exceptions import AgreementImmutable, AgreementOvertaken
from luffy_api.apps.school.models import Agreement, AgreementKind, SchoolSettings
from luffy_api.apps.school.services import publish_agreement

pytestmark = [pytest.mark.django_db]
ADD = reverse("admin:school_agreement_add")
TERMS, REFUND = AgreementKind.TERMS, AgreementKind.REFUND


def publish(version=1, *, kind=TERMS, text="条款"):
    return publish_agreement(kind=kind, text=text, after_version=version - 1)


def form(version=1, **changes):
    """The form of the version as a browser sends it."""
    base = {"kind": "terms", "after_version": version - 1, "text": "# 条款", "asks_again": "on"}
    return {**base, "note": "", **changes}


def read(api, path):
    return api.get(f"/api/v1/home/agreement/{path}/")


def test_every_version_can_be_read(api, django_assert_num_queries):
    publish(1, text="# 旧")
    publish(2, text="# 新")
    publish(1, kind=REFUND)

    with django_assert_num_queries(2):
        newest = read(api, "terms").json()["data"]
    assert (newest["version"], newest["html"], newest["versions"]) == (2, "<h2>新</h2>", [2, 1])
    assert read(api, "terms/1").json()["data"]["html"] == "<h2>旧</h2>"
    site = api.get("/api/v1/home/site/").json()["data"]
    assert {(row["kind"], row["version"]) for row in site["agreements"]} == {
        ("terms", 2),
        ("refund", 1),
    }


@pytest.mark.parametrize("path", ["privacy", "else", "terms/2", "terms/0", f"terms/{10**30}"])
def test_a_version_that_was_never_published_is_a_404(api, path):
    publish(1)

    assert read(api, path).status_code == 404


def test_a_version_is_neither_changed_nor_deleted(admin_client):
    row = publish(1)
    row.text = "改"
    attempts = [
        row.save,
        row.delete,
        Agreement.objects.all().delete,
        lambda: Agreement.objects.update(text="改"),
    ]
    for attempt in attempts:
        with pytest.raises(AgreementImmutable):
            attempt()
    page = reverse("admin:school_agreement_change", args=[row.pk])
    assert admin_client.get(page).status_code == 200
    assert admin_client.post(page, form(text="改")).status_code == 403
    delete = reverse("admin:school_agreement_delete", args=[row.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403
    assert Agreement.objects.get().text == "条款"


def test_a_draft_of_the_first_version_names_the_school_and_its_rule(admin_client):
    SchoolSettings.objects.create(refund_days=14, refund_watched_percent=30)

    page = admin_client.get(f"{ADD}?kind=refund")

    text = page.context["adminform"].form["text"].value()
    assert text.startswith("# Luffy 学堂退款规则")
    assert "14 天内" in text
    assert "不超过 30%" in text


def test_to_add_is_to_publish_the_next_version(admin_client):
    publish(1)

    page = admin_client.get(f"{ADD}?kind=terms")
    assert page.context["adminform"].form["text"].value() == "条款"
    answer = admin_client.post(ADD, form(2, note="改了电话"))

    assert answer.status_code == 302
    newest = selectors.agreement(kind="terms")
    assert (newest.version, newest.note) == (2, "改了电话")
    assert LogEntry.objects.get().object_id == str(newest.pk)


@pytest.mark.parametrize(
    "wrong", [{"text": ""}, {"kind": "else"}, {"after_version": "x"}, {"after_version": -1}]
)
def test_what_is_no_version_is_refused(admin_client, wrong):
    assert admin_client.post(ADD, form(**wrong)).context["errors"]
    assert not Agreement.objects.exists()


def test_who_did_not_see_the_newest_version_does_not_overwrite_it(admin_client):
    publish(1)
    publish(2)

    answer = admin_client.post(ADD, form(2, text="我写的"))

    assert "刚刚有同事发布了" in answer.content.decode()
    assert answer.context["adminform"].form["text"].value() == "我写的"
    assert selectors.agreement(kind="terms").version == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_publishes():
    barrier, results = threading.Barrier(2), []

    def run():
        barrier.wait()
        try:
            results.append(publish(1).version)
        except AgreementOvertaken:
            results.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(results, key=str) == [1, None]


def test_the_version_of_a_moment(django_assert_num_queries):
    before = timezone.now()
    publish(1, kind=REFUND)
    between = timezone.now()
    publish(2, kind=REFUND)

    with django_assert_num_queries(1):
        assert selectors.version_at(kind=REFUND, moment=before) is None
    assert selectors.version_at(kind=REFUND, moment=between) == 1
    assert selectors.version_at(kind=REFUND, moment=timezone.now()) == 2


@pytest.mark.parametrize("after_version", [-1, 0, 2])
def test_only_who_has_seen_the_newest_version_publishes_the_next(after_version):
    publish_agreement(kind=AgreementKind.TERMS, text="第一版", after_version=0)

    with pytest.raises(AgreementOvertaken):
        publish_agreement(kind=AgreementKind.TERMS, text="下一版", after_version=after_version)

    assert [row.version for row in Agreement.objects.all()] == [1]
