"""Starts the language server that is packed with the extension.

Called by the extension as `python -I [-S] start_server.py STRATEGY [ARGUMENTS of tagwise lsp]`, in
isolated mode: neither the working folder nor PYTHONPATH can bring anything in.  `useBundled` takes
everything from here; `fromEnvironment` takes Tagwise and its dependencies from the interpreter's
own packages where Tagwise is installed, and else from here.  Imports the standard library only.
"""

import importlib.util
import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def main() -> None:
    strategy, *arguments = sys.argv[1:]
    if strategy == "fromEnvironment" and importlib.util.find_spec("tagwise"):
        where = "the environment"
    else:
        sys.path[:0] = [str(_HERE / "server"), str(_HERE / "libs")]
        where = "the extension"
    version = ".".join(map(str, sys.version_info[:3]))
    sys.stderr.write(f"Tagwise of {where}, Python {version} at {sys.executable}\n")
    sys.argv = ["tagwise", "lsp", *arguments]

    from tagwise.__main__ import main as tagwise

    tagwise()


if __name__ == "__main__":
    main()
