"""Ways in which a line is broken while someone types."""

from collections.abc import Callable

Break = Callable[[str], str]


def _indented(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


BREAKS: dict[str, Break] = {
    "cut in the middle": lambda line: line[: (len(line) + len(_indented(line))) // 2],
    "cut before its end": lambda line: line[:-1],
    "no colon": lambda line: line.replace(":", "", 1),
    "two letters": lambda line: _indented(line) + "im",
    "a key without a value": lambda line: _indented(line) + "image:",
    "one blank more": lambda line: " " + line,
    "one blank less": lambda line: line.removeprefix(" "),
    "two blanks more": lambda line: "  " + line,
    "a tab": lambda line: "\t" + line.lstrip(),
    "a double quote behind": lambda line: line + '"',
    "a double quote in front": lambda line: _indented(line) + '"' + line.lstrip(),
    "an open single quote": lambda line: line.replace(": ", ": '", 1),
    "an open bracket": lambda line: line.replace(": ", ": [", 1),
    "an open brace": lambda line: _indented(line) + "{" + line.lstrip(),
    "a dash": lambda line: _indented(line) + "- " + line.lstrip(),
    "a second colon": lambda line: line.replace(": ", ": : ", 1),
    "an at sign": lambda line: _indented(line) + "@" + line.lstrip(),
    "an alias": lambda line: line.replace(": ", ": *", 1),
}
