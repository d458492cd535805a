"""The back office's pages for imports and exports, and who may open them."""

import io
from urllib.parse import quote

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from luffy_api.apps.course.models import Course, CourseCategory, Enrollment
from luffy_api.apps.dashboard.imports.kinds import KINDS
from luffy_api.apps.dashboard.models import Import, ImportRow
from luffy_api.apps.dashboard.tests import sheets
from luffy_api.apps.dashboard.tests.sheets import EXPORT, UPLOAD, checked, csv, upload, xlsx
from luffy_api.common import roles
from luffy_api.tests.factories import (
    CategoryFactory,
    CourseFactory,
    TeacherFactory,
    UserFactory,
    ready_course,
)
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

LIST = reverse("admin:dashboard_import_changelist")
# Of a page that does not exist; the second for a POST to it.
REFUSED = {404, 405}


def page(job):
    return reverse("admin:dashboard_import_change", args=[job.pk])


def action(job, name):
    return reverse("admin:dashboard_import_action", args=[job.pk, name])


def progress(job):
    return reverse("admin:dashboard_import_progress", args=[job.pk])


def template(kind, format):
    return reverse("admin:dashboard_import_template", args=[kind, format])


@pytest.fixture
def operations(client):
    client.force_login(staff(roles.OPERATIONS))
    return client


def test_a_file_is_checked_shown_and_applied(operations, django_capture_on_commit_callbacks):
    CategoryFactory(name="Python", orders=5)
    content = xlsx(["名称", "排序"], ["Python", 1], ["<b>新</b>", 2])

    answer = upload(operations, "categories", content)
    job = Import.objects.get()
    shown = operations.get(answer.url).content.decode()
    assert "预检通过" in shown
    assert "<del>5</del> → <ins>1</ins>" in shown
    assert "&lt;b&gt;新" in shown
    assert CourseCategory.objects.count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        operations.post(action(job, "apply"))

    assert CourseCategory.objects.count() == 2
    assert "已写入 2" in operations.get(answer.url).content.decode()
    assert "已写入 2" in operations.get(LIST).content.decode()
    messages = LogEntry.objects.filter(content_type__model="import", object_id=str(job.pk))
    assert [each.change_message for each in messages.order_by("pk")] == ["上传 表.xlsx", "开始导入"]


def test_errors_stand_beside_their_cells(operations):
    answer = upload(operations, "categories", csv("排序;名称", "x;Python", "2;"), "分类.csv")

    shown = operations.get(answer.url).content.decode()

    assert "A2（排序）：“x”不是整数" in shown
    assert "B3（名称）：必填" in shown
    assert "开始导入" not in shown
    wrong = operations.get(f"{answer.url}?show=wrong&page=99").content.decode()
    assert "第 2 行" in wrong


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("表.csv", csv("名称,排行", "a,1"), "不认识的表头“排行”"),
        ("表.xls", b"\xd0\xcf\x11\xe0", "xls"),
        ("表.xlsx", b"PK\x03\x04", "已损坏"),
        ("图.png", b"\x89PNG\0", "GB18030"),
        ("表.csv", csv("名称"), "没有数据"),
        ("表.csv", b"\n\n", "没有数据"),
        ("表.xlsx", xlsx(分类=[["名称"], ["a"]], 其他=[["名称"], ["b"]]), "“其他”"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_on_the_form(operations, name, content, said):
    answer = upload(operations, "categories", content, name)

    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not Import.objects.exists()


def test_a_file_that_is_too_large_is_refused(operations, settings):
    settings.IMPORT_MAX_BYTES = 10

    answer = upload(operations, "categories", csv("名称", "a" * 20))

    assert "文件超过" in answer.content.decode()


def test_too_many_rows_are_refused_and_nothing_is_left(operations, settings):
    settings.IMPORT_MAX_ROWS = 3

    answer = upload(operations, "categories", csv("名称", *"abcd"))

    assert "超过 3 行" in answer.content.decode()
    assert not Import.objects.exists()


def test_many_rows_have_a_progress_bar(operations):
    user = staff(is_superuser=True)
    few = sheets.staged("categories", csv("名称", *map(str, range(499))), user)
    many = sheets.staged("categories", csv("名称", *map(str, range(500))), user)

    assert "<progress" not in operations.get(page(few)).content.decode()
    assert "<progress" in operations.get(page(many)).content.decode()
    state = operations.get(progress(many)).json()
    assert state == {"state": "预检中", "done": 0, "total": 500, "working": True}


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_imports_and_explains_itself(admin_client, kind):
    CourseFactory(name="Python 入门")
    UserFactory(mobile="13800000001")
    content = b"".join(admin_client.get(template(kind, "xlsx")).streaming_content)
    book = openpyxl.load_workbook(io.BytesIO(content))
    notes = {row[1]: row for row in book["说明"].iter_rows(min_row=2, values_only=True)}
    for part in KINDS[kind].parts:
        assert {cell.value for cell in book[part.label][1]} <= notes.keys()

    lines = b"".join(admin_client.get(template(kind, "csv")).streaming_content)
    assert lines.decode("utf-8-sig").split(",")[0] == KINDS[kind].parts[0]().cells[0].heading
    # What it gives as examples can be imported, but for names that have to exist.
    first = KINDS[kind].parts[0]
    sheet = book[first.label]
    for place, cell in enumerate(first().cells, start=1):
        sheet.cell(2, place, cell.sample)
    file = io.BytesIO()
    book.save(file)
    job = checked(kind, file.getvalue())
    unknown = {name for each in sheets.errors(job).values() for name in each}
    assert unknown <= {"course_category", "teacher", "section"}


def test_the_order_of_the_sheets_does_not_matter(admin_client):
    category, teacher = CategoryFactory(), TeacherFactory()
    courses = [["课程名称", "分类", "讲师"], ["新课甲", category.pk, teacher.pk]]
    outline = [["课程", "第几章", "章节标题", "课时标题"], ["新课甲", 1, "开始", "第一节"]]
    job = sheets.applied("courses", xlsx(大纲=outline, 课程=courses))
    assert (job.state, job.summary["applied"]) == (Import.State.DONE, 2)
    assert Course.objects.get(name="新课甲").coursechapters.get().name == "开始"


def test_pages_say_what_a_csv_leaves_out_and_which_headings_are_required(admin_client):
    said = "“课程与大纲”的 CSV 只有课程，“大纲”要另选"
    for url in (UPLOAD, EXPORT):
        html = admin_client.get(url).content.decode()
        assert html.count(said) == 1
    assert "必填：课程：课程名称、分类、讲师；大纲：" in admin_client.get(UPLOAD).content.decode()
    for kind, name in (("courses", "课程_"), ("teachers", "讲师_")):
        answer = admin_client.post(EXPORT, {"kind": kind, "format": "csv"})
        assert quote(name) in answer["Content-Disposition"]


def test_an_error_about_a_column_that_the_file_has_not_names_it(admin_client):
    course = ready_course(price="9.00", status=Course.Status.ONLINE)
    heading = ["编号", "课程名称", "分类", "讲师", "价格（元）"]
    row = [course.pk, course.name, course.course_category_id, course.teacher_id, 0]
    shown = admin_client.get(page(checked("courses", xlsx(heading, row)))).content.decode()
    assert "E2（价格（元））：价格是 0 元" in shown

    quiet = CourseFactory(status=Course.Status.OFFLINE)
    job = checked("courses", xlsx(["编号", *heading[1:4]], [quiet.pk, quiet.name, *row[2:4]]))
    faults = {"status": ["还没有封面图片"], "": ["整行有误"]}
    job.rows.update(state=ImportRow.State.INVALID, errors=faults)
    shown = admin_client.get(page(job)).content.decode()
    assert "状态（文件中没有这一列）：还没有封面图片" in shown
    assert "<li>整行有误</li>" in shown


# --- Who may -----------------------------------------------------------------------------------


def test_operations_imports_the_catalogue_and_class_lists_and_exports_no_students(operations):
    form = operations.get(UPLOAD).content.decode()
    course, user = CourseFactory(name="入门"), UserFactory()

    answer = upload(operations, "enrollments", xlsx(["学员", "课程"], [user.mobile, course.pk]))

    assert answer.status_code == 302
    assert 'value="students"' not in form
    assert 'value="enrollments"' not in operations.get(EXPORT).content.decode()
    for kind in ("students", "enrollments"):
        refused = operations.post(EXPORT, {"kind": kind, "format": "csv"})
        assert refused.status_code == 200
        assert "Content-Disposition" not in refused
    assert not Enrollment.objects.exists()


@pytest.mark.parametrize("role", ["", roles.FINANCE])
def test_others_open_none_of_the_pages(client, role):
    job = checked("categories", csv("名称", "Python"))
    client.force_login(staff(role))

    for url in (LIST, UPLOAD, EXPORT, page(job)):
        assert client.get(url).status_code == 403, url
    for url in (progress(job), template("categories", "csv")):
        assert client.get(url).status_code == 404, url
    assert client.post(action(job, "apply")).status_code in REFUSED
    job.refresh_from_db()
    assert job.state == Import.State.READY


def test_nobody_sees_an_import_that_they_could_not_make(operations):
    UserFactory(mobile="13800000001", nickname="秘密")
    job = checked("students", xlsx(["手机号", "昵称"], ["13800000001", "新"]))

    assert "表.xlsx" not in operations.get(LIST).content.decode()
    assert operations.get(page(job)).status_code == 302
    assert operations.get(progress(job)).status_code == 404
    assert operations.post(action(job, "apply")).status_code in REFUSED
    assert operations.get(template("students", "csv")).status_code == 404


def test_a_visitor_is_sent_to_the_login(client):
    for url in (LIST, UPLOAD, EXPORT):
        assert client.get(url).status_code == 302


@pytest.mark.parametrize("format", ["xlsx", "csv"])
def test_each_export_is_in_the_log(admin_client, format):
    CategoryFactory()

    sheets.export(admin_client, "categories", format)

    entry = LogEntry.objects.get(content_type__model="import")
    assert entry.change_message.startswith("导出 分类_")


def test_wrong_addresses_and_forms_are_refused(admin_client):
    job = checked("categories", csv("名称", "Python"))

    assert admin_client.get(action(job, "apply")).status_code == 404
    assert admin_client.post(action(job, "drop")).status_code in REFUSED
    assert admin_client.get(f"{LIST}template/none.csv").status_code == 404
    assert admin_client.get(f"{LIST}template/teachers.exe").status_code == 404
    assert admin_client.post(UPLOAD, {"kind": "none"}).status_code == 200
    assert admin_client.post(EXPORT, {"kind": "none", "format": "x"}).status_code == 200
    assert admin_client.get(f"{page(job)}?show=none&page=x").status_code == 200
