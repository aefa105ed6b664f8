"""Feeds every format's reader what atheris (libFuzzer) makes up, for as long as it is told.

    pip install atheris
    python tests/fuzz/fuzz_documents.py dockerfile -max_total_time=300 -max_len=4096

Nothing may raise, whatever the text; a case that takes longer than `-timeout` seconds is a find, too.
Not part of the tests: it has no end of its own, and atheris has no wheel for every Python.
"""

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[2] / "server"))

with atheris.instrument_imports(include=["tagwise"]):
    from tagwise.documents.languages import LANGUAGES
    from tagwise.documents.model import Building, Inputs, SourceText
    from tagwise.documents.toml_strings import strings_of

    PARSERS = {language.id: language.parse for language in LANGUAGES}
    for parse in PARSERS.values():
        # What a format needs is imported when it is first read: now, where it is instrumented.
        parse("a: b\n").evaluate(Inputs())


def read(name: str, data: bytes) -> None:
    """Read a text twice over: as it is, and with a file of variables beside it."""
    text = data.decode("utf-8", "surrogateescape")
    if name == "toml":
        for each in strings_of(text):
            each.traced("")
        return
    syntax = PARSERS[name](text)
    beside = {".env": SourceText(".env", text[:200])}
    for inputs in (Inputs(document="x"), Inputs(document="x", files=beside)):
        parsed = syntax.evaluate(inputs)
        for occurrence in parsed.occurrences:
            assert 0 <= occurrence.span.start < occurrence.span.end <= len(text)
        if isinstance(syntax, Building):
            syntax.builds(inputs)


def main() -> None:
    names = (*PARSERS, "toml")
    if len(sys.argv) < 2 or sys.argv[1] not in names:
        sys.exit(f"usage: {sys.argv[0]} FORMAT [libFuzzer options]; FORMAT is one of {names}")
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, lambda data: read(name, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
