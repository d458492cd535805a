"""Reading an uploaded file into rows that can be checked and applied."""

from collections.abc import Iterator
from itertools import islice
from typing import IO

from django.conf import settings
from django.db import transaction

from luffy_api.apps.dashboard.exceptions import ImportRefused
from luffy_api.apps.dashboard.imports import headings
from luffy_api.apps.dashboard.imports.kinds import Kind
from luffy_api.apps.dashboard.imports.resources.base import Cell, TableResource
from luffy_api.apps.dashboard.imports.widgets import normalized
from luffy_api.apps.dashboard.models import Import, ImportRow
from luffy_api.common import audit_log
from luffy_api.common.deletion import delete_in_chunks
from luffy_api.common.transactions import retry_deadlocks
from luffy_api.libs import spreadsheets
from luffy_api.libs.spreadsheets import Row, Sheet, column_name

CHUNK = 500
# A sheet with words for people.
NOTES = "说明"


def stage(*, kind: Kind, file: IO[bytes], file_name: str, user_id: int) -> Import:
    """Read the file; return an import whose rows wait to be checked.

    Raises ImportRefused, also for headings that are wrong or missing; nothing is left then.
    """
    job = Import.objects.create(
        kind=kind.name, file_name=file_name[-255:], created_by_id=user_id, headings={}
    )
    try:
        rows = _rows(job, kind, file)
        while chunk := list(islice(rows, CHUNK)):
            _insert(chunk)
        if not job.headings:
            raise ImportRefused("文件里没有数据")
        _finish(job, user_id)
    except spreadsheets.UnreadableTable as error:
        discard(job)
        raise ImportRefused(str(error)) from error
    except BaseException:
        discard(job)
        raise
    return job


def discard(job: Import) -> None:
    """Delete an import with its rows."""
    delete_in_chunks(ImportRow.objects.filter(job=job))
    Import.objects.filter(pk=job.pk).delete()


@retry_deadlocks
@transaction.atomic
def _insert(rows: list[ImportRow]) -> None:
    ImportRow.objects.bulk_create(rows)


@retry_deadlocks
@transaction.atomic
def _finish(job: Import, user_id: int) -> None:
    job.state = Import.State.CHECKING
    job.save(update_fields=["state", "headings", "updated_time"])
    audit_log.log_addition(job, user_id=user_id, message=f"上传 {job.file_name}")


def _rows(job: Import, kind: Kind, file: IO[bytes]) -> Iterator[ImportRow]:
    limits = spreadsheets.Limits(settings.IMPORT_MAX_ROWS, settings.IMPORT_MAX_UNPACKED_BYTES)
    count = 0
    for sheet in spreadsheets.read_sheets(file, limits):
        first = next(sheet.rows, None)
        if first is None or normalized(sheet.title) == NOTES:
            continue
        part = _part_of(sheet, job, kind)
        columns = headings.match(part().cells, first)
        job.headings[part.part] = {
            cell.column_name: [place, cell.heading] for place, cell in columns.items()
        }
        # Courses before their outlines, in whatever order the sheets are.
        before = kind.parts.index(part) * settings.IMPORT_MAX_ROWS
        for row in sheet.rows:
            count += 1
            if count > settings.IMPORT_MAX_ROWS:
                raise ImportRefused(f"超过 {settings.IMPORT_MAX_ROWS} 行，请分成几个文件")
            yield _staged(job, part, before + count, columns, row)
    if job.headings and not count:
        raise ImportRefused("表头下面没有数据")


def _part_of(sheet: Sheet, job: Import, kind: Kind) -> type[TableResource]:
    """By the title of the sheet; the first one of another title is the first table."""
    by_title = {normalized(part.label): part for part in kind.parts}
    part = by_title.get(normalized(sheet.title), kind.parts[0])
    if part.part in job.headings:
        raise ImportRefused(
            f"工作表“{sheet.title}”不属于“{kind.label}”，请删除它，或只保留一个工作表后再上传"
        )
    return part


def _staged(
    job: Import, part: type[TableResource], position: int, columns: dict[int, Cell], row: Row
) -> ImportRow:
    data = {cell.column_name: row.cells.get(place, "") for place, cell in columns.items()}
    errors = {
        columns[place].column_name: [text] for place, text in row.faults.items() if place in columns
    }
    others = sorted(({*row.cells, *row.faults}) - columns.keys())
    if others:
        names = "、".join(column_name(place) for place in others[:5])
        errors[""] = [f"{names} 列有内容，但没有表头"]
    return ImportRow(
        job=job, position=position, part=part.part, number=row.number, data=data, errors=errors
    )
