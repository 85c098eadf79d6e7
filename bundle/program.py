"""Where the built program starts: under the name eduapp-cli it is the command line, else the window.

One executable carries the whole program once. On Linux the second name is a link to it; on Windows a program
has a console or has none, so there the second is a file of its own.
"""

import sys
from pathlib import Path

if Path(sys.argv[0]).stem == "eduapp-cli":
    from eduapp.cli import main
else:
    from ui.app import main

if __name__ == "__main__":
    sys.exit(main())
