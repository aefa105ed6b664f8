"""The program `tagwise`.

An editor waits for `tagwise lsp`, so that alone is started without the command line's libraries.
"""

import sys


def main() -> None:
    if sys.argv[1:2] == ["lsp"] and not {"--help", "-h"} & set(sys.argv):
        from tagwise.cli.serve import start

        start(sys.argv[2:])
    else:
        from tagwise.cli.app import run

        run()


if __name__ == "__main__":
    main()
