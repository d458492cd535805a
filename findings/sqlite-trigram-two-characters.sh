#!/usr/bin/env bash
# In a trigram table of SQLite LIKE '%运维%' finds nothing, while LIKE '%Li%' is right.
#
# Version:  SQLite 3.40.1, which Debian 12's Python uses, and 3.45.3: both in apsw of the same number.
# Expected: A text of two characters is too short for an index of three. The manual says that LIKE and GLOB then go
#           through all rows, as slow as without the index and as right.
# Seen:     3.40.1 counts bytes: a Chinese character has three, so 运维 and even 维 are held to be long enough, are looked
#           up, have no trigram, and nothing is found. No error. Two letters of ASCII are two bytes and take the
#           slow way. With anything around the column the index is not asked, and all is found; 3.45.3 is right.
# Matters:  Most Chinese words have two characters: the search of a course shop is empty for 运维, 爬虫 and 前端, and
#           finds 运维入门. Tests in English, and a developer's machine with a newer SQLite, see nothing. Look at
#           sqlite3.sqlite_version, or write `name || '' LIKE …` for short words.
#
# Output seen (rows found of one, for 运维入, 运维, 维, Li; the last by GLOB):
#   3.40.1, name: 1 0 0 1, 运维 by GLOB 0
#   3.40.1, name || '': 1 1 1 1, 运维 by GLOB 1
#   3.45.3, name: 1 1 1 1, 运维 by GLOB 1
#   3.45.3, name || '': 1 1 1 1, 运维 by GLOB 1
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat > "$folder/find.py" <<'PYTHON'
import apsw

connection = apsw.Connection(":memory:")
connection.execute("CREATE VIRTUAL TABLE course USING fts5(name, tokenize = 'trigram')")
connection.execute("INSERT INTO course VALUES ('Linux 运维入门')")


def found(column, operator, pattern):
    ((count,),) = connection.execute(f"SELECT COUNT(*) FROM course WHERE {column} {operator} ?", (pattern,))
    return str(count)


for column in ("name", "name || ''"):
    by_like = " ".join(found(column, "LIKE", f"%{word}%") for word in ("运维入", "运维", "维", "Li"))
    print(f"{apsw.sqlitelibversion()}, {column}: {by_like}, 运维 by GLOB {found(column, 'GLOB', '*运维*')}")
PYTHON

for version in 3.40.1 3.45.3; do
    python3 -m venv "$folder/$version"
    "$folder/$version/bin/pip" install --quiet --disable-pip-version-check "apsw==$version.0"
    "$folder/$version/bin/python" "$folder/find.py"
done | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
