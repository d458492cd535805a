"""The chapters of a video: what people paste, and what is made of it."""

import time
from contextlib import suppress

import pytest

from luffy_api.apps.video import chapters
from luffy_api.apps.video.chapters import Chapter
from luffy_api.apps.video.exceptions import ChaptersRefused
from luffy_api.apps.video.models import VideoChapter
from luffy_api.tests.back_office import form_of, save
from luffy_api.tests.factories import SectionFactory

PASTED = "00:00 开场\r\n3:20 - 环境\n\n1:02:03 部署"
PARSED = [Chapter(0, "开场"), Chapter(200, "环境"), Chapter(3723, "部署")]


@pytest.mark.parametrize(
    ("line", "start", "title"),
    [
        ("00:00 开场", 0, "开场"),
        ("1:02:03 - 部署", 3723, "部署"),
        ("01:02:03\t部署", 3723, "部署"),
        ("０１：３０　变量", 90, "变量"),
        ("90:00 下半场", 5400, "下半场"),
        ("- 02:05 列表", 125, "列表"),
        ("3、02:05 列表", 125, "列表"),
        ("2. [02:05] 列表", 125, "列表"),
        ("【02:05】列表", 125, "列表"),
        ("（02:05）：列表", 125, "列表"),
        ("00:02:05.480 列表", 125, "列表"),
        ("00:02:05,480 --> 00:03:00,000 列表", 125, "列表"),
        ("02:05-03:00 列表", 125, "列表"),
        ("02:05 至 03:00 列表", 125, "列表"),
        ("列表 02:05", 125, "列表"),
        ("列表（02:05）", 125, "列表"),
        ("列表 02:05-03:00", 125, "列表"),
        ("列表（02:05 - 03:00）", 125, "列表"),
        ("02:05，列表", 125, "列表"),
        ("02:05 → 列表", 125, "列表"),
        ("\ufeff02:05 列表", 125, "列表"),
        ("（2）02:05 列表", 125, "列表"),
        ("① 02:05 列表", 125, "① 列表"),
        ("第二章 02:05 列表", 125, "第二章 列表"),
        ("| 02:05 | 列表 |", 125, "列表"),
        ("《02:05》列表", 125, "列表"),
        ("2分5秒 列表", 125, "列表"),
        ("1小时02分03秒：部署", 3723, "部署"),
        ("2'05\" 列表", 125, "列表"),
        ("90分05秒 部署", 5405, "部署"),
        ("75m30s 部署", 4530, "部署"),
        ("02:05，3 个列表", 125, "3 个列表"),
        ("02:05,1000 个列表", 125, "1000 个列表"),
        ("02:05.5 列表", 125, "列表"),
        ("**02:05** 列表", 125, "列表"),
        ("- **[02:05]** 列表", 125, "列表"),
        ("**02:05 列表**", 125, "列表"),
        ("*02:05 *args 与 **kwargs", 125, "*args 与 **kwargs"),
        ("1. `02:05` 列表", 125, "列表"),
        ("列表 **02:05**", 125, "列表"),
        ("02:05 __init__ 与 **kwargs", 125, "__init__ 与 **kwargs"),
        ("| 1 | 列表 | 02:05 |", 125, "列表"),
        ("| 2 | **02:05** | 列表 |", 125, "列表"),
        ("1 | 列表 | 02:05", 125, "列表"),
        ("| 3 | 02:05 |", 125, "3"),
        ("02:05 见 https://luffy.invalid/?t=03:05", 125, "见 https://luffy.invalid/?t=03:05"),
        ("02:05 /etc 里的文件", 125, "/etc 里的文件"),
        ("02:05 .NET 与 16:9 的比例", 125, ".NET 与 16:9 的比例"),
        ("02:05 3:10 to Yuma", 125, "3:10 to Yuma"),
        ("02:05 <b>粗</b> & “引号”", 125, "<b>粗</b> & “引号”"),
    ],
)
def test_times_as_people_write_them(line, start, title):
    assert chapters.parse(line) == [Chapter(start, title)]


def test_a_list_is_read_and_written_again():
    assert chapters.parse(PASTED, duration=3724) == PARSED
    assert chapters.as_text(PARSED) == "00:00 开场\n03:20 环境\n1:02:03 部署"
    assert chapters.parse(chapters.as_text(PARSED)) == PARSED
    assert chapters.parse(" \n") == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("00:00 开场\n\n变量", "第 3 行没有时间，应写成“00:00 标题”"),
        ("90 变量", "第 1 行没有时间，应写成“00:00 标题”"),
        ("5分钟学会循环", "第 1 行没有时间，应写成“00:00 标题”"),
        ("一 01:00 二 02:00 三", "第 1 行没有时间，应写成“00:00 标题”"),
        ("1:2 变量", "第 1 行没有时间，应写成“00:00 标题”"),
        ("1:02:03:04 变量", "第 1 行没有时间，应写成“00:00 标题”"),
        ("https://luffy.invalid/?t=02:05 开场", "第 1 行没有时间，应写成“00:00 标题”"),
        ("开场 https://luffy.invalid/02:05", "第 1 行没有时间，应写成“00:00 标题”"),
        ("1小时75分30秒 部署", "第 1 行的时间“1:75:30”不正确，分和秒都应小于 60"),
        ("01:75 变量", "第 1 行的时间“01:75”不正确，分和秒都应小于 60"),
        ("1:60:00 变量", "第 1 行的时间“1:60:00”不正确，分和秒都应小于 60"),
        ("00:00 -", "第 1 行只有时间，没有标题"),
        ("00:00 \u202e\u200b", "第 1 行只有时间，没有标题"),
        (f"00:00 {'长' * 61}", "第 1 行的标题过长，最多 60 个字"),
        ("05:00 后\n03:00 前", "第 2 行的时间“03:00”早于前一段，请按时间先后排列"),
        ("05:00 一\n5:00 二", "第 2 行的时间“5:00”与前一段相同"),
        ("09:59 末\n１０：００ 外", "第 2 行的时间“１０：００”超出了视频的长度（10:00）"),
        ("999:00:00 外", "第 1 行的时间“999:00:00”超出了视频的长度（10:00）"),
        ("\n".join(f"0:{n // 60:02}:{n % 60:02} 段" for n in range(101)), "最多 100 段"),
        (f"00:00 {'-' * 400}", "第 1 行过长，最多 300 个字"),
        ("00:00 长\n" * 5000, "内容过长，最多 20000 个字"),
    ],
)
def test_what_is_wrong_is_named_by_its_line(text, fault):
    with pytest.raises(ChaptersRefused) as refused:
        chapters.parse(text, duration=600)
    assert fault in refused.value.faults


def test_not_every_line_of_something_else_is_named():
    with pytest.raises(ChaptersRefused) as refused:
        chapters.parse("没有时间\n" * 99)
    assert len(refused.value.faults) == 5


def test_hostile_lines_take_no_time():
    began = time.process_time()
    for line in (
        "- " * 150,
        "0" * 300,
        "0:" * 150,
        " " * 300,
        "(" * 300,
        "00:00" + " -" * 140,
        *("1 |" * 100, "://0" * 75, "?a=0" * 75, "*" * 300),
    ):
        with suppress(ChaptersRefused):
            chapters.parse("\n".join([line] * 60))
    assert time.process_time() - began < 5


@pytest.mark.django_db
def test_a_teacher_pastes_changes_and_removes_them(admin_client):
    section = SectionFactory(duration=4000)

    assert save(admin_client, section, chapters=PASTED).status_code == 302
    assert chapters.of_section(section.pk) == PARSED

    # Saving the page once more changes nothing
    rows = list(VideoChapter.objects.values_list("pk"))
    assert save(admin_client, section, name="新名字").status_code == 302
    assert list(VideoChapter.objects.values_list("pk")) == rows

    save(admin_client, section, chapters="00:10 只有一段")
    assert chapters.of_section(section.pk) == [Chapter(10, "只有一段")]
    save(admin_client, section, chapters="")
    assert chapters.of_section(section.pk) == []


@pytest.mark.django_db
def test_wrong_lines_are_told_on_the_form_and_nothing_is_stored(admin_client):
    section = SectionFactory(duration=60)
    answer = save(admin_client, section, chapters="00:00 开场\n01:00 外\n变量")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "第 2 行的时间“01:00”超出了视频的长度（01:00）" in page
    assert "第 3 行没有时间" in page
    assert "01:00 外" in page
    assert not VideoChapter.objects.exists()


@pytest.mark.django_db
def test_what_somebody_else_has_changed_meanwhile_is_asked_about(admin_client):
    section = SectionFactory(duration=600)
    chapters.save(section_id=section.pk, chapters=[Chapter(0, "旧")])
    before = form_of(admin_client, f"/admin/course/coursesection/{section.pk}/change/")
    chapters.save(section_id=section.pk, chapters=[Chapter(0, "他人")])

    url = f"/admin/course/coursesection/{section.pk}/change/"
    answer = admin_client.post(url, {**before, "chapters": "00:00 我的"})

    assert answer.status_code == 200
    assert chapters.of_section(section.pk) == [Chapter(0, "他人")]
