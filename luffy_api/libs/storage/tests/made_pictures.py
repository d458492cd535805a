"""What a fake storage that runs beside a shop has from the beginning."""

from pathlib import Path


def made_pictures(folders):
    """Keys and contents of the pictures that a shop has made of others, in these public folders."""
    for folder in map(Path, folders):
        for path in sorted(folder.rglob("renditions/*")):
            yield f"public/{path.relative_to(folder)}", path.read_bytes()
