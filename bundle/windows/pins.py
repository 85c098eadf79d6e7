"""The pins of a lock as they hold on a 64-bit Windows, for a pip that runs elsewhere.

    python bundle/windows/pins.py requirements.lock

pip judges a marker by the machine it runs on, whatever platform it fetches for; here, for Windows.
"""

import re
import sys
from pathlib import Path

from packaging.markers import Marker

WINDOWS = {
    "os_name": "nt",
    "platform_machine": "AMD64",
    "platform_python_implementation": "CPython",
    "platform_system": "Windows",
    "python_full_version": "3.11.9",
    "python_version": "3.11",
    "sys_platform": "win32",
}
_PIN = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*==\S+)\s*(?:;(?P<marker>[^\\]*))?(?P<more>\\?)\s*$")


def pins(lock: str) -> str:
    """Return the lines of a lock without the pins whose marker denies Windows, and without markers."""
    lines, wanted = [], True
    for line in lock.splitlines():
        pin = _PIN.match(line)
        if pin:
            marker = (pin["marker"] or "").strip()
            wanted = not marker or Marker(marker).evaluate(WINDOWS)
            lines += [f"{pin['name']} {pin['more']}"] if wanted else []
        elif wanted:
            lines.append(line)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(pins(Path(sys.argv[1]).read_text(encoding="utf-8")))
