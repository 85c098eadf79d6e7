"""What programs under Windows say, as UTF-8: standard input to standard output, line by line.

A console program of Windows writes in the code page of the system, 936; our own command line writes UTF-8.
"""

import sys


def heard(line: bytes) -> str:
    """Return a line as text, whichever of the two it is in, with this system's line end."""
    line = line.replace(b"\r\n", b"\n")
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("gb18030", "replace")


if __name__ == "__main__":
    for each in sys.stdin.buffer:
        sys.stdout.buffer.write(heard(each).encode("utf-8"))
        sys.stdout.buffer.flush()
