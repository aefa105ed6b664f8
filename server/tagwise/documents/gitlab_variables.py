"""What the variables in a GitLab CI file's image names say, as far as the file tells.

docs.gitlab.com/ci/variables: a job's own `variables` win over those of the whole file; `$NAME` and
`${NAME}` are used, `$$` is a dollar.  A project's settings may win over both, which no file tells;
where jobs give a variable different values, or rules and matrices do, it is not known.
The dependency proxy (docs.gitlab.com/user/packages/dependency_proxy) serves the images of Docker
Hub: a prefix that stands for it is looked through.  Does not know where images stand.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import attrs

from tagwise.documents.model import Skip, SkipReason
from tagwise.documents.references import template_in
from tagwise.documents.traced import Piece, TracedText, Use
from tagwise.documents.yaml_images import Meaning, seen_from
from tagwise.documents.yaml_paths import nodes_at, value_at
from tagwise.documents.yaml_tree import (
    Entry,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    resolved,
)

DEEPEST: Final = 5
# Jobs that one builds on: GitLab allows eleven levels.
MOST_EXTENDED: Final = 30
# Characters that variables may put into one name: a few uses of a long value fill the memory.
LONGEST: Final = 4096

_PROXY: Final = re.compile(
    r"\$(\{)?CI_DEPENDENCY_PROXY(?:_DIRECT)?_GROUP_IMAGE_PREFIX(?(1)\}|(?![A-Za-z0-9_]))/"
)
_USE: Final = re.compile(
    r"\$(?:(?P<dollar>\$)|(?P<named>[A-Za-z_][A-Za-z0-9_]*)|\{(?P<braced>[A-Za-z_][A-Za-z0-9_]*)\})"
)
_INPUT: Final = "$[["
_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WHOLE_FILE: Final = ""
# What is said there is said to many jobs, as it is in hidden ones.
_MANY: Final = (_WHOLE_FILE, "default")
_ELSEWHERE: Final = ("rules.*.variables", "parallel.matrix.*")


@attrs.frozen
class Variables:
    """`values` by the name of the variable, then of the job, empty for the whole file.

    `uncertain` are those that something else gives values, too; `read` those that the text
    mentions anywhere besides images and where they are defined: in a script, say.  `parents` are
    what each job of the file extends, the strongest first.
    """

    values: Mapping[str, Mapping[str, Node]]
    uncertain: frozenset[str]
    read: frozenset[str]
    parents: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, roots: Iterable[Node], text: str, images: Iterable[Node]) -> "Variables":
        if "$" not in text:
            return cls({}, frozenset(), frozenset(), {})
        values: dict[str, dict[str, Node]] = {}
        uncertain: set[str] = set()
        parents: dict[str, tuple[str, ...]] = {}
        for root in roots:
            for job, node in _owners(root):
                parents[job] = tuple(_extended(value_at(node, "extends")))
                for entry in _entries(value_at(node, "variables")):
                    values.setdefault(entry.name or "", {})[job] = entry.value
                for path in _ELSEWHERE:
                    uncertain |= _names(nodes_at((node,), path))
            uncertain |= _names(nodes_at((root,), "workflow.rules.*.variables"))
        mentions = Counter(_WORD.findall(text))
        mentions.subtract({name: len(each) for name, each in values.items()})
        scalars = {node.span: node for node in images if isinstance(node, ScalarNode)}
        for scalar in scalars.values():
            mentions.subtract(use["named"] or use["braced"] for use in _USE.finditer(scalar.value))
        read = frozenset(name for name in values if mentions[name] > 0)
        return cls(values, frozenset(uncertain), read, parents)

    def value(self, name: str, job: str) -> Node | None:
        """Return what a variable says in a job's image, None if that is not certain."""
        values = self.values.get(name, {})
        if name in self.uncertain:
            return None
        is_one = job not in _MANY and not job.startswith(".")
        line, is_whole = self._line(job)
        for each in line if is_one else ():
            if each in values:
                return values[each]
        is_certain = len(values) == 1 or (is_one and is_whole)
        return values.get(_WHOLE_FILE) if is_certain else None

    def _line(self, job: str) -> tuple[tuple[str, ...], bool]:
        """Return a job and those it extends, the strongest first, and whether all are in the file.

        docs.gitlab.com/ci/yaml, "extends": of several the last is the strongest.
        """
        line: dict[str, None] = {}
        waiting = [job]
        while waiting and len(line) < MOST_EXTENDED:
            each = waiting.pop()
            if each and each not in line:
                line[each] = None
                waiting += reversed(self.parents.get(each, ()))
        return tuple(line), not waiting and line.keys() <= self.parents.keys()


def understand(variables: Variables, job: str, source: TracedText, document: str) -> Meaning:
    """Put variables into an image name and look through the dependency proxy."""
    if "$" not in source.text or _INPUT in source.text:
        return Meaning(source, template_in(source.text))
    reader = _Reader(variables, job, document)
    value = TracedText.join(reader.parts(source, 0))
    if prefix := _PROXY.match(value.text):
        value = value.between(prefix.end(), len(value.text))
    unknown = tuple(dict.fromkeys(use[0] for use in _USE.finditer(value.text)))
    if unknown:
        return Meaning(value, Skip(SkipReason.UNSET_VARIABLE, _unset(unknown)))
    return Meaning(value, template_in(value.text))


def _unset(names: tuple[str, ...]) -> str:
    shown = " and ".join(names)
    return f"{shown}: what that says is known where the pipeline runs, not here"


@attrs.define
class _Reader:
    variables: Variables
    job: str
    document: str
    length: int = 0

    def parts(self, source: TracedText, depth: int) -> Iterator[TracedText]:
        """Cut a value at its variables and put in theirs; what is not known stays as it is."""
        at = 0
        for use in _USE.finditer(source.text):
            value = self._value(source, use, depth)
            if value is not None:
                yield source.between(at, use.start())
                yield value
                at = use.end()
        yield source.between(at, len(source.text))

    def _value(self, source: TracedText, use: re.Match[str], depth: int) -> TracedText | None:
        name = use["named"] or use["braced"]
        node = self.variables.value(name, self.job) if name else None
        scalar = None if node is None else resolved(node)
        if isinstance(scalar, MappingNode):
            node = value_at(scalar, "value")
            scalar = None if node is None else resolved(node)
        place = source.place(use.start(), use.end())
        if node is None or not isinstance(scalar, ScalarNode) or place is None or depth == DEEPEST:
            return None
        self.length += len(scalar.value)
        if self.length > LONGEST:
            return None
        written = seen_from(node, scalar.traced(self.document), self.document)
        value = TracedText.join(self.parts(written, depth + 1)).used(Use(use[0], place))
        shared = scalar.anchor is not None or name in self.variables.read
        return TracedText(tuple(_unedited(each) if shared else each for each in value.pieces))


def _unedited(piece: Piece) -> Piece:
    return attrs.evolve(piece, editable=False, shared=True)


def _extended(node: Node | None) -> Iterator[str]:
    """List the names under `extends`, the last first."""
    content = None if node is None else resolved(node)
    items = list(content.items()) if isinstance(content, SequenceNode) else [content]
    for item in reversed(items):
        scalar = None if item is None else resolved(item)
        if isinstance(scalar, ScalarNode):
            yield scalar.value


def _owners(root: Node) -> Iterator[tuple[str, Node]]:
    yield _WHOLE_FILE, root
    for entry in _entries(root):
        yield entry.name or "", entry.value


def _entries(node: Node | None) -> Iterator[Entry]:
    mapping = None if node is None else resolved(node)
    if isinstance(mapping, MappingNode):
        yield from (each for layer in mapping.layers() for each in layer.entries() if each.name)


def _names(nodes: Iterable[Node]) -> set[str]:
    return {entry.name for node in nodes for entry in _entries(node) if entry.name}
