#!/usr/bin/env bash
# For the two usual collations of MariaDB all rare characters of Chinese names are the same one.
#
# Version:  MariaDB 10.11 (Debian's mariadb-server; its own version is printed first).
# Expected: utf8mb4_general_ci, the default, and utf8mb4_unicode_ci take a for A, and tell one Chinese character from
#           another.
# Seen:     Both hold all characters beyond U+FFFF for equal: of names with rare characters 王𬭚明 (U+2CB5A) is 王𬱖明
#           (U+2CC56), and utf8mb4_unicode_ci contradicts itself, as LIKE finds them different. It also takes （ for (,
#           第①课 for 第1课, 第Ⅱ讲 for 第II讲 and C＋＋ for C++; the default takes none of these. The newer
#           utf8mb4_unicode_520_ci and utf8mb4_uca1400_ai_ci tell the names apart, utf8mb4_bin everything.
# Matters:  A unique name refuses the second of two people; a list grouped by name adds two students up; and Python, which
#           compares again in a dict, finds a row that it did not ask for. On SQLite, where tests run, nothing of
#           it happens. Take utf8mb4_bin for what Python is to tell apart.
#
# Output seen (a = A, 王𬭚明 = 王𬱖明, 上（ = 上(, 第①课 = 第1课, 第Ⅱ讲 = 第II讲, C＋＋ = C++; the two names by LIKE; by GROUP BY):
#   utf8mb4_general_ci: 1 1 0 0 0 0; 1; 1 row
#   utf8mb4_unicode_ci: 1 1 1 1 1 1; 0; 1 row
#   utf8mb4_unicode_520_ci: 1 0 1 1 1 1; 0; 2 rows
#   utf8mb4_uca1400_ai_ci: 1 0 1 1 1 1; 0; 2 rows
#   utf8mb4_bin: 0 0 0 0 0 0; 0; 2 rows
set -euo pipefail
export PATH=$PATH:/usr/sbin
command -v mariadbd > /dev/null || { echo "MariaDB is missing (apt-get install mariadb-server)." >&2; exit 2; }
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
chmod 755 "$folder"
options=(--no-defaults "--datadir=$folder/data" "--user=$(id -un)")
mariadb-install-db "${options[@]}" --auth-root-authentication-method=normal > "$folder/install.log"
mariadbd "${options[@]}" "--socket=$folder/socket" --skip-networking > "$folder/server.log" 2>&1 &
for _ in $(seq 300); do [[ -S $folder/socket ]] && break; sleep 0.2; done
ask() {
    mariadb --no-defaults "--socket=$folder/socket" --user=root --default-character-set=utf8mb4 \
        --batch --skip-column-names --execute="$1"
}
ask "SELECT VERSION()"

pairs=("a A" "王𬭚明 王𬱖明" "上（ 上(" "第①课 第1课" "第Ⅱ讲 第II讲" "C＋＋ C++")
for collation in general_ci unicode_ci unicode_520_ci uca1400_ai_ci bin; do
    equal=()
    for pair in "${pairs[@]}"; do
        read -r one other <<< "$pair"
        equal+=("$(ask "SELECT '$one' = '$other' COLLATE utf8mb4_$collation")")
    done
    names="SELECT '王𬭚明' COLLATE utf8mb4_$collation AS name UNION ALL SELECT '王𬱖明'"
    grouped=$(ask "SELECT IF(COUNT(*) = 1, '1 row', '2 rows') FROM (SELECT name FROM ($names) AS people GROUP BY name) AS row_of_each")
    like=$(ask "SELECT '王𬭚明' LIKE '王𬱖明' COLLATE utf8mb4_$collation")
    echo "utf8mb4_$collation: ${equal[*]}; $like; $grouped"
done | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
