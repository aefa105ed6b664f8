"""Finds the matches of regular expressions in a text's lines: a program of its own, to be ended.

Told JSON on standard input, `{"text": …, "patterns": […], "longest": …}`; answers a list of
`[start, groups]`, with the places of the named groups.  Imports the standard library only.
"""

import json
import re
import sys

_LINE = re.compile(r"[^\r\n]+")


def main() -> None:
    asked = json.load(sys.stdin)
    found = [
        {
            name: [line.start() + at for at in match.span(name)]
            for name, part in match.groupdict().items()
            if part
        }
        for line in _LINE.finditer(asked["text"])
        if len(line[0]) <= asked["longest"]
        for pattern in map(re.compile, asked["patterns"])
        for match in pattern.finditer(line[0])
    ]
    json.dump(found[: asked["most"]], sys.stdout)


if __name__ == "__main__":
    main()
