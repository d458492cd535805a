"""What the search app refuses."""


class AlreadyRebuilding(Exception):
    """Another process is building the index anew."""
