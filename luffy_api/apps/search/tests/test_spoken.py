"""What is only said in a video finds its course."""

import pytest

from luffy_api.apps.publishing import versions
from luffy_api.apps.search import documents, indexing, spoken
from luffy_api.apps.search.tokenizer import get_tokenizer
from luffy_api.apps.video import subtitles
from luffy_api.apps.video.models import Subtitle
from luffy_api.tests.factories import CourseFactory, SectionFactory

URL = "/api/v1/course/search/"
FOUND = {"field": "subtitle", "text": "今天我们用生成器写爬虫", "ranges": [[5, 8]]}


def say(section, *words, language="zh-CN"):
    """Stores subtitles with a line for each of the words."""
    cues = [f"{at}\n00:00:{at:02},000 --> 00:01:00,000\n{line}\n" for at, line in enumerate(words)]
    webvtt = subtitles.check("\n".join(cues).encode())
    subtitles.save(section_id=section.pk, language=language, webvtt=webvtt)


def ask(api, text, **query):
    indexing.process_outbox()
    return api.get(URL, {"search": text, **query}).json()


def names(body):
    return [row["name"] for row in body["data"]["results"]]


@pytest.fixture
def lecture(empty_index):
    section = SectionFactory(course=CourseFactory(name="Python 语法", brief=""))
    say(section, "大家好", "今天我们用生成器写爬虫", "Vue3 也行 &amp; 再见")
    return section


def test_a_word_that_is_only_said_finds_its_course_and_the_line(api, lecture):
    [row] = ask(api, "生成器")["data"]["results"]
    assert (row["name"], row["found_in"]) == ("Python 语法", FOUND)
    # Words of the name and of the subtitles together, in letters and digits, of one kind
    for text, kind in [("python 生成器", 2), ("vue3", ""), ("再见", 2)]:
        assert names(ask(api, text, **({"kind": kind} if kind else {}))) == ["Python 语法"], text
    for text, kind in [("生成器", 1), ("生成器 火星", "")]:
        body = ask(api, text, **({"kind": kind} if kind else {}))
        assert body["dropped"] or not names(body), text


def test_what_is_said_stands_behind_what_is_written(api, lecture):
    CourseFactory(name="生成器入门", students=0)
    assert names(ask(api, "生成器")) == ["生成器入门", "Python 语法"]
    # Where the catalogue has enough of it, nobody wants to know
    CourseFactory.create_batch(3, name="爬虫")
    assert names(ask(api, "爬虫")) == ["爬虫"] * 3


def test_the_index_follows_the_files(api, lecture):
    assert names(ask(api, "生成器")) == ["Python 语法"]
    say(lecture, "今天我们用装饰器")
    assert names(ask(api, "生成器")) == []
    assert names(ask(api, "装饰器")) == ["Python 语法"]
    subtitles.remove(section_id=lecture.pk, language="zh-CN")
    assert names(ask(api, "装饰器")) == []
    say(lecture, "今天我们用生成器")
    lecture.is_show = False
    lecture.save()
    assert names(ask(api, "生成器")) == []


def test_what_changed_behind_the_outbox_is_found_and_repaired(lecture):
    indexing.process_outbox()
    assert indexing.verify_index() == 0
    Subtitle.objects.all().delete()
    assert indexing.verify_index() == 1


@pytest.mark.usefixtures("lecture")
def test_what_is_said_is_no_word_of_the_catalogue(api, engine):
    indexing.process_outbox()
    assert engine.words_by_key(["t生成器", "tpython"]).keys() == {"tpython"}
    assert api.get(f"{URL}suggest/", {"search": "生成"}).json()["data"] == []


def test_only_one_language_of_a_section_and_so_much_of_it_is_read(db, monkeypatch):
    section = SectionFactory()
    say(section, "hello", language="en")
    say(section, "你好", "世界")
    [source] = documents.load_sources([section.chapter.course_id])
    cut = get_tokenizer(())

    assert spoken.tokens(source.subtitles, cut) == "你好 世界"
    monkeypatch.setattr(spoken, "MAX_CHARACTERS", 3)
    assert spoken.tokens(source.subtitles, cut) == "你好"


def test_each_word_is_kept_once():
    assert get_tokenizer(()).distinct("你好，世界。你好 vue3 vue 3 vue3") == "你好 世界 vue 3 vue 3"


@pytest.mark.parametrize("engine", ["fts5"], indirect=True)
def test_a_page_takes_as_many_queries_for_many_courses(
    api, empty_index, django_assert_max_num_queries, settings, monkeypatch
):
    settings.PUBLISHED_BYTES = 0
    monkeypatch.setattr(versions, "READ_AFTER", 60)
    for count in (1, 6):
        for _ in range(count):
            say(SectionFactory(), "今天我们用生成器")
        ask(api, "别的")
        with django_assert_max_num_queries(12):
            assert names(ask(api, "生成器"))
