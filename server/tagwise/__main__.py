"""The program `tagwise`.

An editor waits for `tagwise lsp`, so that alone is started without the command line's libraries.
"""

import gc
import os
import sys
from pathlib import Path
from typing import Final

# Starting makes a hundred thousand objects that stay; looking through them for garbage at every
# 700th is a seventh of the time it takes.
_NEW_OBJECTS: Final = 50_000


def main() -> None:
    gc.set_threshold(_NEW_OBJECTS)
    _have_a_home()
    if sys.argv[1:2] == ["lsp"] and not {"--help", "-h"} & set(sys.argv):
        from tagwise.cli.serve import start

        start(sys.argv[2:])
    else:
        from tagwise.cli.app import run

        try:
            run()
        finally:
            # All memory goes with the process: there is no garbage to be found among it first.
            gc.freeze()


def _have_a_home() -> None:
    """Take `/` for the home of a user the system does not know, as container engines do."""
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = "/"


if __name__ == "__main__":
    main()
