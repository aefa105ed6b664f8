"""Names of documents: a file's path where there is one, else the editor's URI.

Editors spell one file's URI in several ways (`file:///c%3A/…`); a path is spelled in one.
Does not know whether anything stands there.
"""

import os
import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

_FILE: Final = "file://"
_DRIVE: Final = re.compile("/[A-Za-z]:/")


def document_of(uri: str) -> str:
    """Return the name of the document that an editor calls `uri`."""
    if not uri.startswith(_FILE):
        return uri
    parts = urlsplit(uri)
    path = unquote(parts.path)
    if _DRIVE.match(path):
        path = path[1].lower() + path[2:]
    return str(Path(f"//{parts.netloc}{path}" if parts.netloc else path))


def uri_of(document: str) -> str:
    """Return a URI for `document`, for an editor that has not named it itself."""
    path = path_of(document)
    return document if path is None else path.absolute().as_uri()


def path_of(document: str) -> Path | None:
    """Return the path of a document that is a file."""
    return Path(document) if is_path(document) else None


def is_path(document: str) -> bool:
    """Whether a document's name is a path, and no URI."""
    scheme, colon, rest = document.partition(":")
    has_scheme = bool(colon) and len(scheme) > 1 and scheme.replace("-", "").isalnum()
    return not has_scheme or rest.startswith("\\")


def folder_of(document: str) -> str:
    """Return the folder of a document that is a file; that of a mere name is empty."""
    return os.path.dirname(document)  # noqa: PTH120 - asked for each document of a tree


def folders_and_name_of(document: str) -> str:
    """Return the path of a document with `/` between its parts, as much of it as is known."""
    if not is_path(document):
        return unquote(urlsplit(document).path)
    return os.path.join(os.getcwd(), document).replace(os.sep, "/")  # noqa: PTH109, PTH118 - as above
