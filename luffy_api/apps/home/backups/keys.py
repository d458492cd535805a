"""Which keys the shop runs with. A backup names them and holds only those below VAR_DIR/keys."""

from pathlib import Path

from django.conf import settings

from luffy_api.apps.home.backups import disk
from luffy_api.apps.home.backups.manifest import KEYS_FOLDER, Key

# Passwords of databases and mail are no keys: a hash of a short one could be guessed.
NAMES = ("SECRET_KEY", "KEY_ENCRYPTION_KEY")
PREFIXES = ("ALIPAY_", "WECHATPAY_")
ENCRYPTION_KEY = "KEY_ENCRYPTION_KEY"
GENERATED = "keys/"


def in_force() -> list[Key]:
    """The keys of this process by variable, then the generated ones by their files."""
    given = [
        Key(name, source.path or "environment", source.sha256)
        for name, source in sorted(settings.SECRET_SOURCES.items())
        if name in NAMES or name.startswith(PREFIXES)
    ]
    files = [
        Key(f"{GENERATED}{path.name}", str(path), disk.sha256(path), f"{KEYS_FOLDER}/{path.name}")
        for path in _generated()
    ]
    return given + files


def copy_generated(folder: Path) -> None:
    """Copy the generated keys into a backup: without them nobody could use it."""
    (folder / KEYS_FOLDER).mkdir(mode=0o700)
    for path in _generated():
        disk.copy(path, folder / KEYS_FOLDER / path.name)


def encryption_key_hash(keys: list[Key]) -> str:
    """The hash of KEY_ENCRYPTION_KEY, blank when there is none."""
    named = (ENCRYPTION_KEY, f"{GENERATED}encryption_key")
    return next((key.sha256 for key in keys if key.name in named), "")


def _generated() -> list[Path]:
    """Keys that the development settings make, or that an admin put there."""
    folder = Path(settings.VAR_DIR) / KEYS_FOLDER
    paths = folder.iterdir() if folder.is_dir() else []
    return sorted(each for each in paths if each.is_file() and not each.name.startswith("."))
