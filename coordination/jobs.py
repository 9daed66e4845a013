"""Background work of the coordination."""

from coordination.services.files import sweep_files
from core.background import every


@every("30 19 * * *")  # 03.30 WITA
def sweep() -> int:
    """Delete files that an upload left behind when it was cut off before its end."""
    return sweep_files()
