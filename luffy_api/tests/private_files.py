"""A private storage with something in it."""

BYTES = bytes(range(256)) * 4


def store(folders, name, content=BYTES):
    """Puts a file into the private storage of this test."""
    path = folders / "private" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
