"""The table of languages: which documents hold image references, and who reads them.

A new format is one module with a `parse(text) -> Syntax` and one row here.
Does not know any format's grammar; a parser is imported when its first document is read.
"""

import re
from collections.abc import Callable
from typing import Final

import attrs

from tagwise.documents.model import Syntax


@attrs.frozen
class Language:
    """A row: `id` as Tagwise names it, the editors' language ids, and the file names.

    `matches` is told a file's name without its folders; `recognises` the text of a file whose name
    ends in one of `suffixes` and says nothing; `parse` never raises.
    """

    id: str
    editor_ids: tuple[str, ...]
    matches: Callable[[str], bool]
    parse: Callable[[str], Syntax]
    suffixes: tuple[str, ...] = ()
    recognises: Callable[[str], bool] | None = None


def _parse_dockerfile(text: str) -> Syntax:
    from tagwise.documents.dockerfile.syntax import parse

    return parse(text)


def _parse_compose(text: str) -> Syntax:
    from tagwise.documents.compose import parse

    return parse(text)


def _recognise_compose(text: str) -> bool:
    from tagwise.documents.compose import looks_like_compose

    return looks_like_compose(text)


_DOCKERFILE_NAME: Final = re.compile(
    r"(?:dockerfile|containerfile)(?:\..+)?|.+\.(?:dockerfile|containerfile)", re.IGNORECASE
)
_NOT_DOCKERFILE: Final = re.compile(
    r".*\.(?:dockerignore|containerignore|j2|jinja2?|tmpl|tpl|template|erb|mustache|gotmpl"
    r"|md|markdown|mdx|rst|adoc|txt|html?|swp|swo|bak|orig|rej)|.*~",
    re.IGNORECASE,
)
_COMPOSE_NAME: Final = re.compile(r"(?:docker-compose.*|compose(?:\..+)?)\.ya?ml", re.IGNORECASE)


def _is_dockerfile(name: str) -> bool:
    return bool(_DOCKERFILE_NAME.fullmatch(name)) and not _NOT_DOCKERFILE.fullmatch(name)


def _is_compose(name: str) -> bool:
    return bool(_COMPOSE_NAME.fullmatch(name))


LANGUAGES: Final = (
    Language("dockerfile", ("dockerfile",), _is_dockerfile, _parse_dockerfile),
    Language(
        "compose",
        ("dockercompose", "yaml.docker-compose"),
        _is_compose,
        _parse_compose,
        suffixes=(".yaml", ".yml"),
        recognises=_recognise_compose,
    ),
)


def language_of(name: str, text: str, *, editor_id: str | None = None) -> Language | None:
    """Return the language of a document: by its editor's language id, its file name, its text."""
    if editor_id is not None and (language := _by_editor_id(editor_id)):
        return language
    return language_by_name(name) or next(
        (language for language in candidates(name) if _recognised(language, text)), None
    )


def language_by_name(name: str) -> Language | None:
    return next((language for language in LANGUAGES if language.matches(name)), None)


def candidates(name: str) -> tuple[Language, ...]:
    """Return the languages that a file of this name may turn out to be once its text is read."""
    return tuple(each for each in LANGUAGES if each.suffixes and name.endswith(each.suffixes))


def language_by_id(identifier: str) -> Language | None:
    return next((language for language in LANGUAGES if language.id == identifier), None)


def _by_editor_id(editor_id: str) -> Language | None:
    return next((language for language in LANGUAGES if editor_id in language.editor_ids), None)


def _recognised(language: Language, text: str) -> bool:
    return language.recognises is not None and language.recognises(text)
