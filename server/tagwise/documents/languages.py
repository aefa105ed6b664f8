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

    `names` matches all of a file's name, `folder`, if there is one, the end of the path of its
    folder; `recognises` is told the text of a file whose name ends in one of `suffixes` and says
    nothing; `parse` never raises.  Of two rows that match the earlier counts.
    """

    id: str
    editor_ids: tuple[str, ...]
    names: re.Pattern[str]
    parse: Callable[[str], Syntax]
    folder: re.Pattern[str] | None = None
    suffixes: tuple[str, ...] = ()
    recognises: Callable[[str], bool] | None = None

    def matches(self, path: str) -> bool:
        """Whether a path says what the file is; as much of it as is known, with `/` between."""
        folder, _, name = path.rpartition("/")
        if not self.names.fullmatch(name):
            return False
        return self.folder is None or bool(self.folder.search(folder))


def _parse_dockerfile(text: str) -> Syntax:
    from tagwise.documents.dockerfile.syntax import parse

    return parse(text)


def _parse_compose(text: str) -> Syntax:
    from tagwise.documents.compose import parse

    return parse(text)


def _recognise_compose(text: str) -> bool:
    from tagwise.documents.compose import looks_like_compose

    return looks_like_compose(text)


def _parse_kubernetes(text: str) -> Syntax:
    from tagwise.documents.kubernetes import parse

    return parse(text)


def _recognise_kubernetes(text: str) -> bool:
    from tagwise.documents.kubernetes import looks_like_kubernetes

    return looks_like_kubernetes(text)


_YAML: Final = (".yaml", ".yml")
_NOT_DOCKERFILE: Final = (
    r"(?!.*(?:\.(?:dockerignore|containerignore|j2|jinja2?|tmpl|tpl|template|erb|mustache|gotmpl"
    r"|md|markdown|mdx|rst|adoc|txt|html?|swp|swo|bak|orig|rej)|~)\Z)"
)


def _names(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_NEVER: Final = re.compile("(?!)")

LANGUAGES: Final = (
    Language(
        "dockerfile",
        ("dockerfile",),
        _names(
            _NOT_DOCKERFILE
            + r"(?:(?:dockerfile|containerfile)(?:\..+)?|.+\.(?:dockerfile|containerfile))"
        ),
        _parse_dockerfile,
    ),
    Language(
        "compose",
        ("dockercompose", "yaml.docker-compose"),
        _names(r"(?:docker-compose.*|compose(?:\..+)?)\.ya?ml"),
        _parse_compose,
        suffixes=_YAML,
        recognises=_recognise_compose,
    ),
    Language(
        "kubernetes",
        ("kubernetes", "k8s"),
        _NEVER,
        _parse_kubernetes,
        suffixes=_YAML,
        recognises=_recognise_kubernetes,
    ),
)
# Most files are none of these, and that is told at once.
_ANY_NAME: Final = _names("|".join(f"(?:{each.names.pattern})" for each in LANGUAGES))


def language_of(path: str, text: str, *, editor_id: str | None = None) -> Language | None:
    """Return the language of a document: by its editor's language id, its path, its text."""
    if editor_id is not None and (language := _by_editor_id(editor_id)):
        return language
    return language_by_path(path) or next(
        (language for language in candidates(path) if _recognised(language, text)), None
    )


def language_by_path(path: str) -> Language | None:
    if not _ANY_NAME.fullmatch(path, path.rfind("/") + 1):
        return None
    return next((language for language in LANGUAGES if language.matches(path)), None)


def candidates(path: str) -> tuple[Language, ...]:
    """Return the languages that a file of this name may turn out to be once its text is read."""
    return tuple(each for each in LANGUAGES if each.suffixes and path.endswith(each.suffixes))


def language_by_id(identifier: str) -> Language | None:
    return next((language for language in LANGUAGES if language.id == identifier), None)


def _by_editor_id(editor_id: str) -> Language | None:
    return next((language for language in LANGUAGES if editor_id in language.editor_ids), None)


def _recognised(language: Language, text: str) -> bool:
    return language.recognises is not None and language.recognises(text)
