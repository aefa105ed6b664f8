"""What is generated from the table of settings: their page, and the schemas of their files.

Does not know where any of it stands.
"""

import re
from collections.abc import Collection, Iterator
from typing import Final

from tagwise.session.setting_table import SETTINGS, Schema, Setting
from tagwise.session.settings import REPOSITORY_KEYS, USER_KEYS

_DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_CAPITAL: Final = re.compile(r"[A-Z]")
_LINK: Final = re.compile(r"\[([^]]+)\]\([^)]+\)")

_HEAD = """# Settings

This page is generated from the code (`make docs`), and so are the schemas
[`tagwise.schema.json`](tagwise.schema.json) and [`config.schema.json`](config.schema.json).

Settings stand in four places. What stands in a later one counts over the ones before, objects entry by
entry:

1. the user's own file, `config.toml` in `~/.config/tagwise` (Linux), `~/Library/Application Support/tagwise`
   (macOS) or `%LOCALAPPDATA%\\tagwise` (Windows), or where `TAGWISE_CONFIG` points;
2. the repository's: the nearest `tagwise.toml`, or the table `tool.tagwise` of a `pyproject.toml`;
3. the editor's: the section `tagwise` of its settings, or its initialization options;
4. the command line's options.

In TOML a key is written with hyphens, `build-args`; in an editor's JSON as it stands here, `buildArgs`.
A value that cannot be used is told, and what it would be without it stands.

**A repository has no power**: what decides who is asked, and how, is the user's to say. So a repository's
file cannot set what is marked with † here; what it says of that is told and left out.

For completion and checking while a file is written, editors that know TOML by
[Taplo](https://taplo.tamasfe.dev) or Even Better TOML take a first line
`#:schema PATH/TO/tagwise.schema.json`.

| key | |
|---|---|
"""


def settings_page() -> str:
    rows = "".join(
        f"| [`{each.key}`](#{each.key.lower()}){_mark(each)} | {each.says} |\n" for each in SETTINGS
    )
    return _HEAD + rows + "".join(line for each in SETTINGS for line in _section(each))


def repository_schema() -> Schema:
    """Return the schema of a `tagwise.toml`."""
    title = "Tagwise's settings in a repository: tagwise.toml, or tool.tagwise of pyproject.toml"
    return _schema(title, REPOSITORY_KEYS, is_repository=True)


def user_schema() -> Schema:
    """Return the schema of the user's own `config.toml`."""
    return _schema("Tagwise's settings of a user: config.toml", USER_KEYS, is_repository=False)


def hyphened(key: str) -> str:
    """Return a key as it is written in TOML."""
    return _CAPITAL.sub(lambda capital: f"-{capital[0].lower()}", key)


def _schema(title: str, keys: Collection[str], *, is_repository: bool) -> Schema:
    properties: dict[str, Schema] = {}
    for each in SETTINGS:
        if each.key in keys:
            value = each.repository if is_repository and each.repository else each.schema
            properties[hyphened(each.key)] = {"description": _plain(each), **value}
    return {
        "$schema": _DRAFT,
        "title": title,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


def _plain(setting: Setting) -> str:
    said = f"{setting.says[:1].upper()}{setting.says[1:]}. {setting.more}".strip()
    return _LINK.sub(r"\1", said)


def _section(setting: Setting) -> Iterator[str]:
    yield f"\n## {setting.key}\n\n"
    yield f"{setting.says[:1].upper()}{setting.says[1:]}.\n"
    if setting.more:
        yield f"{setting.more}\n"
    if _mark(setting):
        yield "The user's alone.\n"
    yield f"\n```toml\n{setting.example}```\n"


def _mark(setting: Setting) -> str:
    return "" if setting.key in REPOSITORY_KEYS else " †"
