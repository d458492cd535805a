"""Which texts a MariaDB takes for equal: those that Python does, as SQLite.

utf8mb4_general_ci takes all characters beyond the first 65,536 for one, so that 𠮷田 and 𡃁田
are the same name, and folds case and accents. With utf8mb4_bin a unique column refuses what is
equal in Python. Lookups that ignore case name a collation of their own (`INSENSITIVE`).
"""

from django.db.backends.base.base import BaseDatabaseWrapper

EXACT = "utf8mb4_bin"
# Tells rare characters apart, and is known to MariaDB and MySQL.
INSENSITIVE = "utf8mb4_unicode_520_ci"

INEXACT_TABLES = r"""
    SELECT DISTINCT c.TABLE_NAME FROM information_schema.COLUMNS c
    JOIN information_schema.TABLES t USING (TABLE_SCHEMA, TABLE_NAME)
    WHERE c.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE = 'BASE TABLE'
      AND (c.COLLATION_NAME NOT LIKE '%%\_bin' OR t.TABLE_COLLATION NOT LIKE '%%\_bin')
    ORDER BY c.TABLE_NAME
"""


def default_collation(connection: BaseDatabaseWrapper) -> str:
    """The collation of tables that are going to be created."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@collation_database")
        return str(cursor.fetchone()[0])


def inexact_tables(connection: BaseDatabaseWrapper) -> list[str]:
    """Tables with a column, or a default for columns, of another collation."""
    with connection.cursor() as cursor:
        cursor.execute(INEXACT_TABLES, [])
        return [name for (name,) in cursor.fetchall()]


def make_exact(connection: BaseDatabaseWrapper) -> None:
    """Convert the database and its tables; each is locked meanwhile. Again it does nothing."""
    quote = connection.ops.quote_name
    convert = f"CHARACTER SET utf8mb4 COLLATE {EXACT}"
    if default_collation(connection) != EXACT:
        name = quote(str(connection.settings_dict["NAME"]))
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {name} {convert}")
    for table in inexact_tables(connection):
        with connection.constraint_checks_disabled(), connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {quote(table)} CONVERT TO {convert}")
