"""What a service's `build` says, as `docker buildx build` is told it.

Follows docker compose, pkg/compose/build_bake.go, and buildx, bake/compose.go (`ParseCompose`),
which also reads `x-bake`.  Of what several files say, lists are joined and single values replaced.
Does not know how the command is written.
"""

from collections.abc import Iterable, Iterator, Mapping
from posixpath import join, normpath
from typing import Final

import attrs

from tagwise.documents.build_plan import (
    BuildOption,
    BuildPlan,
    Field,
    PlanKind,
    context_pair,
    is_local,
    option,
    option_of,
    pair,
    ssh_option,
    without_repeated,
)
from tagwise.documents.compose.builds import StatedBuild, build_of, builder_of
from tagwise.documents.compose.project import MergedService, Project
from tagwise.documents.compose.scope import Scope
from tagwise.documents.compose.services import fields_of, items_of
from tagwise.documents.model import Skip
from tagwise.documents.yaml_tree import MappingNode, Node, ScalarNode, SequenceNode, resolved

_FIELDS: Final = tuple(
    """context dockerfile dockerfile_inline args target platforms additional_contexts tags labels
    cache_from cache_to no_cache no_cache_filter pull network extra_hosts shm_size ulimits ssh
    secrets provenance sbom entitlements privileged x-bake""".split()
)
_LISTS: Final = {
    "--cache-from": "cache_from",
    "--cache-to": "cache_to",
    "--no-cache-filter": "no_cache_filter",
    "--allow": "entitlements",
}
_TEXTS: Final = {"--network": "network", "--shm-size": "shm_size"}
_SWITCHES: Final = {"--no-cache": "no_cache", "--pull": "pull"}
_ATTESTATIONS: Final = ("provenance", "sbom")
_X_BAKE: Final = "x-bake"
_X_BAKE_LISTS: Final = {
    "--tag": "tags",
    "--cache-from": "cache-from",
    "--cache-to": "cache-to",
    "--secret": "secret",
    "--ssh": "ssh",
    "--output": "output",
    "--no-cache-filter": "no-cache-filter",
}
_TRUE: Final = frozenset({"true", "True", "TRUE", "1", "t", "T"})
_FALSE: Final = frozenset({"false", "False", "FALSE", "0", "f", "F"})
_OTHERS: Final = ("service:", "target:")


def plan_of(service: MergedService, project: Project) -> BuildPlan | None:
    """Return how a service builds a file of this machine, None if it builds none."""
    build = build_of(service)
    if build is None:
        return None
    plan = _Plan(service, StatedBuild.of(service, _FIELDS), project)
    options = tuple(without_repeated(plan.options()))
    context = plan.stated.path("context", ".") or "."
    return BuildPlan(
        PlanKind.SERVICE,
        service.name,
        build.document,
        build.dockerfile,
        Field(context, is_path=True),
        options,
        tuple(dict.fromkeys(plan.unknown())),
        _obstacle(service.name, options),
    )


@attrs.frozen
class _Plan:
    service: MergedService
    stated: StatedBuild
    project: Project

    def options(self) -> Iterator[BuildOption]:
        builder, stated = builder_of(self.service), self.stated
        bake = self._bake()
        for name, value in builder.args.items():
            if not isinstance(value, Skip):
                yield pair("--build-arg", name, value.text)
        for name, text in {**self._contexts(), **dict(bake.pairs("contexts"))}.items():
            yield context_pair(name, text)
        if builder.target:
            yield option("--target", builder.target)
        platforms = (*builder.platforms, *bake.texts("platforms"))
        if platforms:
            yield option("--platform", ",".join(dict.fromkeys(platforms)))
        image = self.service.text("image")
        for tag in (*stated.texts("tags"), *((image,) if image else ())):
            yield option("--tag", tag)
        for name, value in stated.pairs("labels").items():
            yield pair("--label", name, value.text)
        for flag, field in _LISTS.items():
            yield from (option(flag, text) for text in stated.texts(field))
        yield from self._single(bake)
        yield from self._hosts()
        yield from self._limits()
        yield from self._keys()
        yield from self._secrets()
        for flag, field in _X_BAKE_LISTS.items():
            yield from (option(flag, text) for text in bake.texts(field))

    def unknown(self) -> Iterator[str]:
        """List what cannot be told, because a variable is missing or written wrong."""
        for said in self.service.said("build"):
            for scalar in _scalars(said.content):
                for fault in said.file.scope.interpolated(scalar).faults:
                    yield fault.message
        for name, fields, _ in self._named_secrets():
            if not {"file", "environment"} & fields.keys():
                yield f"the secret {name!r} is neither in a file nor in the environment"

    def _bake(self) -> "_Extension":
        return _Extension(
            tuple((each.node, each.file.scope) for each in reversed(self.stated.said(_X_BAKE)))
        )

    def _contexts(self) -> dict[str, str]:
        """Return the named contexts; a path starts at the folder of the file that says it."""
        contexts: dict[str, str] = {}
        for said in reversed(self.stated.said("additional_contexts")):
            file = said.file
            for name, text in _pairs(said.node, file.scope, separators="="):
                is_path = is_local(text) and not text.startswith(_OTHERS)
                contexts[name] = normpath(join(file.folder, text)) if is_path else text
        return contexts

    def _single(self, bake: "_Extension") -> Iterator[BuildOption]:
        stated = self.stated
        for flag, field in _TEXTS.items():
            if text := stated.text(field):
                yield option(flag, text)
        for flag, field in _SWITCHES.items():
            if (bake.text(field.replace("_", "-")) or stated.text(field)) in _TRUE:
                yield BuildOption(flag)
        if stated.text("privileged") in _TRUE:
            yield option("--allow", "security.insecure")
        for kind in _ATTESTATIONS:
            text = stated.text(kind)
            if text in _TRUE | _FALSE:
                disabled = "false" if text in _TRUE else "true"
                yield option_of("--attest", (("type", kind), ("disabled", disabled)))
            elif text:
                yield option("--attest", f"type={kind},{text}")

    def _hosts(self) -> Iterator[BuildOption]:
        """List hosts with one address each: the option takes no more (pflag's string slice)."""
        for said in reversed(self.stated.said("extra_hosts")):
            for name, text in _pairs(said.node, said.file.scope, separators="=:"):
                for address in text.split(","):
                    yield pair("--add-host", name, address.strip("[] "))

    def _limits(self) -> Iterator[BuildOption]:
        limits: dict[str, str] = {}
        for said in reversed(self.stated.said("ulimits")):
            scope = said.file.scope
            for name, node in _entries(said.node):
                value = scope.text(node)
                fields = {key: scope.text(each) for key, each in _entries(node)}
                soft, hard = fields.get("soft"), fields.get("hard")
                if value is not None:
                    limits[name] = f"{value.text}:{value.text}"
                elif soft is not None and hard is not None:
                    limits[name] = f"{soft.text}:{hard.text}"
        yield from (pair("--ulimit", name, limits[name]) for name in sorted(limits))

    def _keys(self) -> Iterator[BuildOption]:
        keys: dict[str, str] = {}
        for said in reversed(self.stated.said("ssh")):
            keys |= dict(_pairs(said.node, said.file.scope, separators="=", alone=True))
        yield from (ssh_option(name, [keys[name]] if keys[name] else []) for name in sorted(keys))

    def _secrets(self) -> Iterator[BuildOption]:
        for name, fields, path in self._named_secrets():
            if path:
                source = Field(path, "src", is_path=True)
            elif variable := fields.get("environment"):
                source = Field(variable, "env")
            else:
                continue
            yield BuildOption("--secret", (Field(name, "id"), source))

    def _named_secrets(self) -> Iterator[tuple[str, Mapping[str, str], str]]:
        """List the secrets by the id they have in the Dockerfile, with what says where each is."""
        named: dict[str, str] = {}
        for said in reversed(self.stated.said("secrets")):
            for item in items_of(said.node):
                fields = {key: said.file.scope.text(node) for key, node in _entries(item)}
                whole = said.file.scope.text(item) or fields.get("source")
                if whole is not None:
                    named[(fields.get("target") or whole).text] = whole.text
        for target, source in named.items():
            yield target, *_secret(source, self.project)


@attrs.frozen
class _Extension:
    """What `x-bake` says: its nodes, the weakest first."""

    layers: tuple[tuple[Node, Scope], ...]

    def text(self, name: str) -> str:
        for node, scope in reversed(self.layers):
            value = scope.text(dict(_entries(node)).get(name))
            if value is not None:
                return value.text
        return ""

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list's items, or a text's words (bake/compose.go, `stringArray`)."""
        return tuple(dict.fromkeys(self._texts(name)))

    def pairs(self, name: str) -> Iterator[tuple[str, str]]:
        for node, scope in self.layers:
            inner = dict(_entries(node)).get(name)
            if inner is not None:
                yield from _pairs(inner, scope, separators="=")

    def _texts(self, name: str) -> Iterator[str]:
        for node, scope in self.layers:
            inner = dict(_entries(node)).get(name)
            values = [scope.text(item) for item in items_of(inner)]
            is_list = inner is not None and isinstance(resolved(inner), SequenceNode)
            for value in values:
                if value is not None:
                    yield from [value.text] if is_list else value.text.split()


def _secret(name: str, project: Project) -> tuple[Mapping[str, str], str]:
    """Return what the project's files say of a secret, and the path of its file, if it has one."""
    found: dict[str, str] = {}
    path = ""
    for file in reversed(project.files):
        for section in file.text.secrets:
            for key, node in _entries(dict(_entries(section)).get(name)):
                value = file.scope.text(node)
                if value is not None:
                    found[key] = value.text
                    path = (file.path(node) or "") if key == "file" else path
    return found, path


def _obstacle(service: str, options: Iterable[BuildOption]) -> str:
    for each in options:
        if each.flag == "--build-context" and each.fields[0].value.startswith(_OTHERS):
            value = each.fields[0].value
            return (
                f"its context {each.fields[0].name!r} is what the {value.replace(':', ' ')} "
                f"builds, which takes `docker compose build {service}`"
            )
    return ""


def _entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    content = None if node is None else resolved(node)
    if isinstance(content, MappingNode):
        yield from fields_of(content).items()


def _pairs(
    node: Node, scope: Scope, *, separators: str, alone: bool = False
) -> Iterator[tuple[str, str]]:
    """List names with their values, of a mapping or of texts with one of `separators` in them."""
    for name, each in _entries(node):
        texts = [scope.text(item) for item in items_of(each)]
        known = ",".join(text.text for text in texts if text is not None)
        if known or alone:
            yield name, known
    if isinstance(resolved(node), SequenceNode):
        for item in items_of(node):
            text = scope.text(item)
            if text is None:
                continue
            separator = next((each for each in separators if each in text.text), "")
            name, _, value = text.text.partition(separator) if separator else (text.text, "", "")
            if value or alone:
                yield name, value


def _scalars(content: Node) -> Iterator[ScalarNode]:
    waiting: list[Node] = [content]
    while waiting:
        node = resolved(waiting.pop())
        if isinstance(node, ScalarNode):
            yield node
        elif isinstance(node, SequenceNode):
            waiting += node.items()
        elif isinstance(node, MappingNode):
            waiting += fields_of(node).values()
