"""What is being written at a place of an open document.

Of the document itself, else of what has values from it: of those that read a `.env` file, of the
Dockerfile that is given an argument.
Does not know what could be written there.
"""

from collections.abc import Iterable, Iterator

from tagwise.ide.writing import Writing, building_for, marked, naming, writings
from tagwise.session.navigation import document_named
from tagwise.session.workspace import OpenDocument, SupposedDocument, Workspace


async def written_at(
    workspace: Workspace, document: str, opened: OpenDocument, offset: int
) -> list[Writing]:
    text = marked(opened.text, offset)
    supposed = await workspace.supposed(document, text)
    if found := list(_found(supposed, document, text, offset)):
        return found
    givers = dict.fromkeys(name.giver for each in supposed for name in each.names)
    named = (document_named(document, giver.path) for giver in givers if giver.within is None)
    built = [each for each in named if each is not None]
    read = await workspace.supposed_others(document, text, built) if built else ()
    return list(_found(read, document, text, offset))


def _found(
    supposed: Iterable[SupposedDocument], document: str, text: str, offset: int
) -> Iterator[Writing]:
    for each in supposed:
        yield from writings(each.read.parsed, document, offset)
        for name in each.names:
            if (writing := naming(name, text, offset)) is not None:
                yield writing
        for platform in each.platforms:
            if (writing := building_for(platform, text, offset)) is not None:
                yield writing
