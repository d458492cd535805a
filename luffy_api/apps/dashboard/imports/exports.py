"""Tables as files that can be imported again, and the templates of empty ones."""

from collections.abc import Iterator, Sequence
from typing import IO

from luffy_api.apps.dashboard.imports.kinds import Kind
from luffy_api.apps.dashboard.imports.resources.base import Cell, TableResource
from luffy_api.libs import spreadsheets
from luffy_api.libs.spreadsheets import Column, Table


def write_xlsx(file: IO[bytes], kind: Kind) -> None:
    """A workbook with a sheet for each table."""
    tables = [_table(part()) for part in kind.parts]
    spreadsheets.write_workbook(file, tables)


def csv_lines(kind: Kind) -> Iterator[bytes]:
    """The lines of its first table; a CSV file has no sheets."""
    resource = kind.parts[0]()
    return spreadsheets.csv_lines(_columns(resource.cells), resource.exported())


def write_template(file: IO[bytes], kind: Kind) -> None:
    """An empty workbook with the headings, and one that explains them."""
    tables = [Table(part.label, _columns(part().cells), []) for part in kind.parts]
    notes = [
        spreadsheets.text("工作表", lambda row: row[0]),
        spreadsheets.text("表头", lambda row: row[1].heading),
        spreadsheets.text("英文表头", lambda row: row[1].column_name),
        spreadsheets.text("必填", lambda row: "是" if row[1].required else ""),
        spreadsheets.text("说明", lambda row: row[1].hint),
        spreadsheets.text("例子", lambda row: row[1].sample),
    ]
    cells = [(part.label, cell) for part in kind.parts for cell in part().cells]
    spreadsheets.write_workbook(file, [*tables, Table("说明", notes, cells)])


def template_lines(kind: Kind) -> Iterator[bytes]:
    """The headings of its first table as CSV."""
    return spreadsheets.csv_lines(_columns(kind.parts[0]().cells), [])


def _table(resource: TableResource) -> Table:
    return Table(resource.label, _columns(resource.cells), resource.exported())


def _columns(cells: Sequence[Cell]) -> list[Column]:
    """Amounts, days and moments as such, everything else as text."""
    return [_column(cell) for cell in cells]


def _column(cell: Cell) -> Column:
    make = cell.widget.column
    value = cell.export if make is spreadsheets.text else cell.get_value
    return make(cell.heading, value)  # type: ignore[no-any-return]
