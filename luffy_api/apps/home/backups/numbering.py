"""Numbers of rows that are never given again after a restore."""

# Rows that were lost have numbers that are known outside: a token of a lost student, a file of a
# lost lesson, the course and student of a trade at the provider. Nobody else may get them.
GAP = 1_000_000
