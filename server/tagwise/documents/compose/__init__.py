"""Compose files: which images their services run and build from.

Does not know the files beside a compose file: it names them, and is given their texts.
"""

from tagwise.documents.compose.recognition import looks_like_compose
from tagwise.documents.compose.syntax import ComposeSyntax, parse

__all__ = ["ComposeSyntax", "looks_like_compose", "parse"]
