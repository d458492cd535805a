"""What all tables have in common: columns, rows found by id or name, checks without a write."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from luffy_api.apps.dashboard.imports import widgets
from luffy_api.apps.dashboard.imports.widgets import normalized
from luffy_api.apps.dashboard.locks import lock_rows
from luffy_api.apps.dashboard.models import Import, ImportRow
from luffy_api.libs.spreadsheets.texts import printable

if TYPE_CHECKING:

    class Field:
        """import_export.fields.Field, which has no types."""

        column_name: str
        attribute: str
        widget: Any

        def __init__(self, **options: Any) -> None: ...
        def export(self, instance: Any, **kwargs: Any) -> str: ...
        def get_value(self, instance: Any) -> Any: ...
        def clean(self, row: Any, **kwargs: Any) -> Any: ...

    class Resource:
        """import_export.resources.Resource, likewise."""

        fields: dict[str, Any]

        def import_row(self, row: Any, instance_loader: Any, **kwargs: Any) -> Any: ...
else:
    from import_export.fields import Field
    from import_export.resources import Resource

Change = list[str]
ID = "id"
# Rows that are exported at once.
CHUNK = 500


@dataclass
class Checked:
    """What one row would do: the row itself, sentences by field, [heading, before, after]."""

    instance: Any
    is_new: bool
    errors: dict[str, list[str]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    name: str = ""
    keys: list[str] = field(default_factory=list)


class Cell(Field):
    """A column: `name` in English (by default the attribute's), `heading` in Chinese.

    The attribute may be one of a related row: `section__name`.

    An empty cell clears a text or a date (`clears`); in other columns it changes nothing, and a new
    row gets the default of the field.
    """

    def __init__(
        self,
        attribute: str,
        heading: str,
        widget: Any,
        *,
        name: str = "",
        required: bool = False,
        clears: bool = False,
        aliases: Collection[str] = (),
        hint: str = "",
        sample: str = "",
    ) -> None:
        super().__init__(attribute=attribute, column_name=name or attribute, widget=widget)
        self.heading, self.required, self.clears = heading, required, clears
        self.hint, self.sample = hint, sample
        self.words = {normalized(word) for word in (heading, self.column_name, *aliases)}

    def set(self, instance: Any, text: str, *, before: str) -> None:
        """Set the value unless the text is that of `before`. Raises ValueError for a wrong cell."""
        if text == "" and self.required:
            raise ValueError("必填")
        if text == "" and not self.clears:
            return
        # As an export wrote it: line ends, blanks around, and what no workbook can hold.
        if text == printable(before).strip() or self.widget.is_same(text, before):
            return
        *path, last = self.attribute.split("__")
        owner = reduce(getattr, path, instance)
        setattr(owner, last, self.widget.clean(text))


def id_cell() -> Cell:
    """The id of a row that exists; empty for a new one."""
    return Cell(ID, "编号", widgets.NumberWidget(), hint="留空为新增；导出的文件已填好，请勿修改")


class TableResource(Resource):
    """One table of a file. `prepare` is called before rows are checked, with up to a few hundred.

    django-import-export cleans the cells, finds the row and calls the hooks below; it writes
    nothing (`dry_run` without a transaction). Writing is `write`, by the services of the row's app.
    """

    part: ClassVar[str]
    label: ClassVar[str]
    model: ClassVar[type[models.Model]]
    name_field: ClassVar[str] = "name"
    # Headings of columns of which the log says only that they changed: it outlives accounts.
    unlogged: ClassVar[frozenset[str]] = frozenset()
    # Kept by a constraint: a second row of that name would fail.
    has_unique_name: ClassVar[bool] = False

    class Meta:
        skip_diff = True
        store_instance = True
        use_transactions = False

    def __init__(self, job: Import | None = None) -> None:
        super().__init__()
        self.job = job
        self._instance: Any = None
        self._before: list[str] = []
        self._is_new = False
        self._by_id: dict[int, Any] = {}
        self._by_name: dict[str, list[Any]] = {}
        self._by_folded: dict[str, list[Any]] = {}

    @property
    def cells(self) -> list[Cell]:
        """The columns in their order."""
        return list(self.fields.values())

    @classmethod
    def heading_of(cls, name: str) -> str:
        """The heading of a column; "" for what is none."""
        return next((cell.heading for cell in cls().cells if cell.column_name == name), "")

    # --- Reading ------------------------------------------------------------------------------

    def rows(self) -> models.QuerySet[Any]:
        """The rows that a file may change, with what `cells` export of them."""
        return self.model._default_manager.filter(is_delete=False)

    def prepare(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Load what the rows refer to. Two queries for the rows themselves."""
        ids = ids_of(rows)
        names = {row.get(self.name_field, "") for row in rows} - {""}
        condition = models.Q(pk__in=ids) | models.Q(**{f"{self.name_field}__in": names})
        self._by_id, self._by_name, self._by_folded = {}, {}, {}
        for row in self._held(self.rows().filter(condition)):
            name = getattr(row, self.name_field)
            self._by_id[row.pk] = row
            self._by_name.setdefault(name, []).append(row)
            self._by_folded.setdefault(name.casefold(), []).append(row)

    @property
    def is_applying(self) -> bool:
        """Whether rows that are prepared are going to be written in the same transaction."""
        return self.job is not None and self.job.state == Import.State.APPLYING

    def _held(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """The rows; locked before they are read, where they are going to be written."""
        if not self.is_applying:
            return rows
        ids = list(rows.order_by().values_list("pk", flat=True))
        lock_rows(self.model._default_manager.filter(pk__in=ids))
        return rows

    def check(self, row: Mapping[str, str], faults: Mapping[str, str], number: int) -> Checked:
        """What the row would do to the tables as `prepare` has read them; nothing is written.

        `faults` are cells that could not be read.
        """
        texts = {name: text for name, text in row.items() if name not in faults}
        result = self.import_row(
            texts, self, dry_run=True, using_transactions=False, row_number=number
        )
        if result.errors:
            raise result.errors[0].error
        errors = {name: [text] for name, text in faults.items()}
        if result.validation_error is not None:
            for name, messages in result.validation_error.message_dict.items():
                errors.setdefault("" if name == NON_FIELD_ERRORS else name, messages)
            errors |= self._unreadable(texts, known=errors)
        checked = Checked(self._instance, self._is_new, errors, name=self.name_of(row))
        if not errors:
            checked.changes = self._changes()
            checked.keys = self.keys(self._instance)
        return checked

    def _unreadable(
        self, row: Mapping[str, str], *, known: Mapping[str, Any]
    ) -> dict[str, list[str]]:
        """Further cells that are wrong by themselves: a row that is not found has read none."""
        found = {}
        for cell in self.cells:
            if row.get(cell.column_name) and cell.column_name not in known:
                try:
                    cell.clean(row)
                except ValueError as error:
                    found[cell.column_name] = [str(error)]
        return found

    def _changes(self) -> list[Change]:
        after = self._exported(self._instance)
        return [
            [cell.heading, before, now]
            for cell, before, now in zip(self.cells, self._before, after, strict=True)
            if before != now
        ]

    def name_of(self, row: Mapping[str, str]) -> str:
        """What the row is about, for people."""
        return (row.get(self.name_field) or row.get(ID) or "")[:191]

    def keys(self, instance: Any) -> list[str]:
        """What no other row of the file may have, too."""
        name = getattr(instance, self.name_field)
        own = [f"{ID}:{instance.pk}"] if instance.pk else []
        named = [f"{self.name_field}:{name.casefold()}"]
        return own + named if self.has_unique_name else own or named

    # --- django-import-export's hooks -----------------------------------------------------------

    def init_instance(self, row: Any = None) -> Any:
        """A new row."""
        return self.model()

    def get_instance(self, instance_loader: Any, row: Mapping[str, str]) -> Any:
        """The row of that id, or else of that name; None for a new one. Raises ValidationError."""
        if text := row.get(ID, ""):
            found = self._by_id.get(int(text)) if is_id(text) else None
            if found is None:
                raise ValidationError({ID: f"没有编号为 {text} 的{self.label}"})
            return found
        name = row.get(self.name_field, "")
        namesakes = self._by_name.get(name, [])
        if len(namesakes) > 1:
            ids = "、".join(str(each.pk) for each in namesakes)
            text = f"有 {len(namesakes)} 个{self.label}叫“{name}”，请填写编号（{ids}）"
            raise ValidationError({self.name_field: text})
        return namesakes[0] if namesakes else None

    def after_init_instance(
        self, instance: Any, new: bool, row: Mapping[str, str], **kwargs: Any
    ) -> None:
        """Keep what the row was like; a new one was nothing."""
        self._instance, self._is_new = instance, new
        self._before = [""] * len(self.cells) if new else self._exported(instance)

    def _exported(self, instance: Any) -> list[str]:
        return [cell.export(instance) for cell in self.cells]

    def get_import_fields(self) -> list[Cell]:
        """All but the id, which only finds the row."""
        return [cell for cell in self.cells if cell.column_name != ID]

    def import_instance(self, instance: Any, row: Mapping[str, str], **kwargs: Any) -> None:
        """Set the values of all cells. Raises ValidationError by the names of the columns."""
        errors: dict[str, Any] = {}
        before = dict(zip((cell.column_name for cell in self.cells), self._before, strict=True))
        for cell in self.get_import_fields():
            name = cell.column_name
            if name in row:
                try:
                    cell.set(instance, row[name], before=before[name])
                except ValueError as error:
                    errors[name] = ValidationError(str(error))
        if errors:
            raise ValidationError(errors)

    def skip_row(
        self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None
    ) -> bool:
        """What changes nothing is not looked at further: it may be older than a rule."""
        return not import_validation_errors and not self._is_new and not self._changes()

    def validate_instance(
        self,
        instance: Any,
        import_validation_errors: Any = None,
        validate_unique: bool = True,
    ) -> None:
        """The fields' own rules, then those of `rules`; no query for each row."""
        errors = dict(import_validation_errors or {})
        relations = {each.name for each in instance._meta.fields if each.is_relation}
        columns = {cell.attribute for cell in self.cells}
        others = {each.name for each in instance._meta.fields} - columns
        try:
            instance.clean_fields(exclude={*errors, *relations, *others})
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if not errors:
            for name, text in self.rules(instance):
                errors.setdefault(name or NON_FIELD_ERRORS, []).append(ValidationError(text))
        if errors:
            raise ValidationError(errors)

    def changed_attributes(self, rows: Iterable[Checked]) -> set[str]:
        """The attributes of the cells that these rows change."""
        headings = {change[0] for row in rows for change in row.changes}
        return {cell.attribute for cell in self.cells if cell.heading in headings}

    # --- To be said by each table ----------------------------------------------------------------

    def rules(self, instance: Any) -> Iterable[tuple[str, str]]:
        """(field, sentence) of each rule that the row as a whole breaks."""
        if self.has_unique_name:
            yield from self._name_rules(instance)

    def _name_rules(self, instance: Any) -> Iterable[tuple[str, str]]:
        name = getattr(instance, self.name_field)
        for other in self._by_folded.get(name.casefold(), []):
            if other.pk != instance.pk:
                taken = getattr(other, self.name_field)
                yield self.name_field, f"已有{self.label}“{taken}”（编号 {other.pk}）"

    def write(self, rows: Sequence[Checked]) -> None:
        """Write rows that `check` has found right and changed, in the caller's transaction.

        Afterwards each instance has its primary key.
        """
        raise NotImplementedError

    def logged(self, instance: Any) -> models.Model:
        """The row whose history tells of the import."""
        row: models.Model = instance
        return row

    def is_as_shown(self, shown: Sequence[Change], now: Sequence[Change]) -> bool:
        """Whether the row does what its check has shown."""
        return [*shown] == [*now]

    def resume(self, rows: models.QuerySet[ImportRow]) -> None:
        """Called with the rows that were checked by another process, the newest first."""

    def warnings(self) -> list[str]:
        """Sentences about what the rows that were applied have left behind."""
        return []

    def exported(self) -> Iterator[Any]:
        """What `cells` export, by primary key; a few queries for CHUNK rows."""
        last = 0
        rows = self.rows().order_by("pk")
        while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
            self.prepare_export(chunk)
            yield from chunk
            last = chunk[-1].pk

    def prepare_export(self, rows: Sequence[Any]) -> None:
        """Load what the cells of these rows show."""


def ids_of(rows: Iterable[Mapping[str, str]]) -> set[int]:
    """The ids that the rows give."""
    return {int(row[ID]) for row in rows if is_id(row.get(ID, ""))}


def is_id(text: str) -> bool:
    """Whether a cell holds what may be an id; int() refuses thousands of digits."""
    return text.isascii() and text.isdigit() and len(text) <= 18
