"""Pictures that no text names are removed, and no others."""

import os
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from luffy_api.apps.learning import quiz_pictures, quizzes
from luffy_api.apps.learning.models import (
    QuizAttempt,
    QuizPicture,
    QuizPictureCheckpoint,
    QuizQuestion,
)
from luffy_api.apps.school.models import Agreement, Announcement, HelpPage
from luffy_api.apps.texts import pictures
from luffy_api.common.admin import soft_delete
from luffy_api.libs import storage
from luffy_api.libs.rich_text.cleaning import clean, to_show
from luffy_api.tests.factories import (
    CourseFactory,
    EnrollmentFactory,
    QuizFactory,
    SectionFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db


def stored(number, *, days=31):
    """A picture of that age, and how a text names it."""
    name = f"{pictures.FOLDER}202610/{number:024d}.png"
    public = storage.public_storage()
    public.save(name, ContentFile(b"x"))
    age = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(public.path(name), (age, age))
    return f'<p><img src="/media/{name}"></p>', f"![](/media/{name})"


def kept():
    names = [info.name for info in storage.public_storage().list_names()]
    return {int(name.rpartition("/")[2].partition(".")[0]) for name in names}


@pytest.mark.usefixtures("folders")
def test_pictures_that_texts_name_stay(django_assert_num_queries):
    in_html, in_markdown = zip(*(stored(number) for number in range(10)), strict=True)
    CourseFactory(detail=in_html[0])
    CourseFactory(detail=in_markdown[1], content_format="markdown")
    deleted = SectionFactory(content=in_markdown[2], answer=in_html[3])
    soft_delete(deleted)
    Announcement.objects.create(title="a", text=in_html[4])
    HelpPage.objects.create(title="a", text=in_markdown[5])
    Agreement.objects.create(kind="terms", version=1, text=in_markdown[6])

    TopicFactory(text=in_html[7])

    # Of each table, and three of what attempts at quizzes show.
    with django_assert_num_queries(10):
        removed = pictures.clean_up()

    assert removed == 2
    assert kept() == set(range(8))


def attempt(quiz, *names, **fields):
    """An attempt at questions that have named these pictures."""
    texts = [f"哪一个？{name}" for name in names]
    rows = [
        QuizQuestion.objects.create(quiz=quiz, kind=3, text=text, answer="对") for text in texts
    ]
    student = EnrollmentFactory(course=quiz.section.chapter.course).user
    version = quizzes.version_of(quizzes.questions_of(quiz.pk))
    facts = {"request_key": "0123456789", "version": version, "answers": []}
    quizzes.submit(user_id=student.pk, section_id=quiz.pk, **facts)
    made = QuizAttempt.objects.latest("pk")
    QuizAttempt.objects.filter(pk=made.pk).update(**fields)
    for row in rows:
        row.delete()
    return made


@pytest.mark.usefixtures("folders")
def test_pictures_stay_that_an_attempt_at_a_quiz_shows():
    quiz = QuizFactory()
    (_, first), (_, second), (_, third), (_, gone) = (stored(number) for number in range(4))
    QuizQuestion.objects.create(quiz=quiz, kind=3, text=gone, answer="对").delete()
    attempt(quiz, first, second)
    attempt(quiz, second)

    assert pictures.clean_up() == 2
    assert kept() == {0, 1}

    stored(2)
    attempt(quiz, third)
    # What is noted is not read again.
    QuizQuestion.objects.all().delete()
    assert pictures.clean_up() == 0
    assert kept() == {0, 1, 2}
    assert QuizPicture.objects.count() == 3


@pytest.mark.usefixtures("folders")
def test_attempts_are_looked_at_once(monkeypatch):
    monkeypatch.setattr(quiz_pictures, "CHUNK", 2)
    quiz = QuizFactory()
    (_, first), (_, second) = (stored(number) for number in range(2))
    yesterday = timezone.now() - timedelta(days=1)
    old = [attempt(quiz, first, created_time=yesterday) for _ in range(5)]
    new = attempt(quiz, second)

    assert quiz_pictures.kept() == {f"{pictures.FOLDER}202610/{n:024d}.png" for n in range(2)}
    # A transaction that began before the last one may end after it: an hour is read again.
    assert QuizPictureCheckpoint.objects.get().attempt_id == old[-1].pk < new.pk
    with CaptureQueriesContext(connection) as asked:
        assert len(quiz_pictures.kept()) == 2
    assert len([each for each in asked if "luffy_quiz_attempt" in each["sql"]]) == 4


@pytest.mark.usefixtures("folders")
def test_young_ones_stay_and_so_does_what_is_not_ours(capsys):
    stored(1, days=29)
    public = storage.public_storage()
    for name in ("texts/pictures/2.png", "course/covers/3.png"):
        public.save(name, ContentFile(b"x"))
        os.utime(public.path(name), (0, 0))
    stored(4)

    call_command("cleanup_pictures")

    assert kept() == {1, 2, 3}
    assert "已清理 1 张" in capsys.readouterr().out


@pytest.fixture
def elsewhere(settings):
    """Public files are in a bucket, which nobody asks anything here."""
    options = {
        "bucket_name": "b",
        "access_key": "k",
        "secret_key": "s",
        "location": "public",
        "endpoint_url": "https://s3.example",
        "region_name": "us-east-1",
        "addressing_style": "path",
        "custom_domain": "cdn.example",
        "url_protocol": "https:",
    }
    entry = {"BACKEND": "luffy_api.libs.storage.s3.S3Storage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": entry}


@pytest.mark.usefixtures("elsewhere")
def test_at_another_storage_texts_stay_and_their_pictures_are_found(client):
    text = '<p><img src="/media/texts/pictures/a.png" alt="图"></p>'
    shown = '<p><img src="https://cdn.example/public/texts/pictures/a.png" alt="图"></p>'

    assert clean(text).html == clean(shown).html == text
    assert to_show(text) == to_show(shown) == shown
    answer = client.get("/media/texts/pictures/a.png")
    assert (answer.status_code, answer["Location"]) == (
        302,
        "https://cdn.example/public/texts/pictures/a.png",
    )


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("name", [".hidden/a.png", "a//b.png", "%2e%2e/private/a.mp4"])
def test_what_is_no_name_leads_nowhere(client, name):
    assert client.get(f"/media/{name}").status_code == 404
