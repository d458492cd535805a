"""Which column of a file holds which field."""

from collections.abc import Sequence

from luffy_api.apps.dashboard.exceptions import ImportRefused
from luffy_api.apps.dashboard.imports.resources.base import Cell
from luffy_api.apps.dashboard.imports.widgets import normalized
from luffy_api.libs.spreadsheets import Row, column_name


def match(cells: Sequence[Cell], row: Row) -> dict[int, Cell]:
    """The columns by number. Raises ImportRefused with every heading that is wrong or missing."""
    by_word = {word: cell for cell in cells for word in cell.words}
    found: dict[int, Cell] = {}
    problems = [f"{column_name(place)} 列的表头：{text}" for place, text in row.faults.items()]
    for place, heading in sorted(row.cells.items()):
        cell = by_word.get(normalized(heading))
        if cell is None:
            problems.append(f"不认识的表头“{heading[:30]}”（{column_name(place)} 列）")
        elif cell in found.values():
            problems.append(f"重复的表头“{heading[:30]}”（{column_name(place)} 列）")
        else:
            found[place] = cell
    missing = [cell.heading for cell in cells if cell.required and cell not in found.values()]
    problems += [f"缺少表头“{heading}”" for heading in missing]
    if problems:
        known = "、".join(cell.heading for cell in cells)
        raise ImportRefused(f"{'；'.join(problems[:10])}。可用的表头：{known}")
    return found
