"""What a bake target says, as `docker buildx build` is told it.

Follows buildx, bake/bake.go (`Target.Merge`, `toBuildOpt`): which fields a stronger layer replaces,
and which it adds to.  Does not know how the command is written.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from tagwise.documents.bake.builds import Layer, Target
from tagwise.documents.bake.values import Expression, ObjectOf
from tagwise.documents.build_plan import (
    BuildOption,
    BuildPlan,
    Field,
    PlanKind,
    context_pair,
    option,
    option_of,
    pair,
    ssh_option,
    without_repeated,
)

_REPLACED: Final = {"tags": "--tag", "cache-to": "--cache-to", "output": "--output"}
_ADDED: Final = {
    "annotations": "--annotation",
    "cache-from": "--cache-from",
    "no-cache-filter": "--no-cache-filter",
    "entitlements": "--allow",
    "ulimits": "--ulimit",
}
# Of two that are about the same, the later one counts: by type, by id.
_KEYED: Final = {"attest": "--attest", "secret": "--secret", "ssh": "--ssh"}
_TEXTS: Final = {
    "target": "--target",
    "network": "--network",
    "shm-size": "--shm-size",
    "call": "--call",
}
_SWITCHES: Final = {"no-cache": "--no-cache", "pull": "--pull"}
_PAIRS: Final = {"args": "--build-arg", "labels": "--label", "extra-hosts": "--add-host"}
_WORKING_FOLDER: Final = "cwd://"
_TARGET: Final = "target:"


def plan_of(target: Target) -> BuildPlan | None:
    """Return how a target builds a file of this machine, None if it builds none."""
    dockerfile = target.dockerfile()
    if dockerfile is None:
        return None
    plan = _Plan(target)
    options = tuple(without_repeated(plan.options()))
    context = plan.text("context") or "."
    return BuildPlan(
        PlanKind.BAKE_TARGET,
        target.name,
        target.layers[-1].scope.document,
        dockerfile,
        context_pair("", context.removeprefix(_WORKING_FOLDER)).fields[0],
        options,
        tuple(dict.fromkeys(plan.unknown)),
        _obstacle(target.name, options),
    )


@attrs.frozen
class _Plan:
    """Reads a target; `unknown` collects what cannot be told."""

    target: Target
    unknown: list[str] = attrs.Factory(list[str])

    def text(self, field: str) -> str:
        said = self.target.last(field)
        if said is None:
            return ""
        if said.skipped is not None:
            self._note(field, said.skipped.message)
            return ""
        return said.value.text

    def options(self) -> Iterator[BuildOption]:
        yield from self._pairs()
        for field, flag in _TEXTS.items():
            if text := self.text(field):
                yield option(flag, text)
        if platforms := self.target.builder().platforms:
            yield option("--platform", ",".join(platforms))
        for field, flag in _REPLACED.items():
            stating = [each for each in self.target.layers if field in each.block.attributes]
            yield from (each for layer in stating[-1:] for each in self._listed(layer, field, flag))
        for field, flag in _ADDED.items():
            for layer in self.target.layers:
                yield from self._listed(layer, field, flag)
        for field, flag in _KEYED.items():
            found = [e for layer in self.target.layers for e in self._listed(layer, field, flag)]
            yield from {_key(each): each for each in found}.values()
        for field, flag in _SWITCHES.items():
            if self.text(field) == "true":
                yield BuildOption(flag)

    def _pairs(self) -> Iterator[BuildOption]:
        for field, flag in _PAIRS.items():
            for name, text in self._merged(field).items():
                values = text.split(",") if field == "extra-hosts" else [text]
                yield from (pair(flag, name, value) for value in values)
        for name, text in self._merged("contexts").items():
            if text.startswith(_TARGET):
                yield pair("--build-context", name, text)
            else:
                yield context_pair(name, text.removeprefix(_WORKING_FOLDER))

    def _merged(self, field: str) -> dict[str, str]:
        merged: dict[str, str] = {}
        reasons: dict[str, str] = {}
        for layer in self.target.layers:
            for name, said in layer.pairs(field):
                reasons.pop(name, None)
                if said.skipped is None:
                    merged[name] = said.value.text
                else:
                    merged.pop(name, None)
                    reasons[name] = said.skipped.message
        for name, reason in reasons.items():
            self._note(f"{field}.{name}", reason)
        return merged

    def _listed(self, layer: Layer, field: str, flag: str) -> Iterator[BuildOption]:
        expression = layer.block.attributes.get(field)
        listed = layer.scope.list_of(expression)
        if expression is not None and listed is None and not layer.scope.is_null(expression):
            said = layer.value(expression)
            self._note(field, said.skipped.message if said.skipped else "it is no list")
        for item in listed.items if listed else ():
            yield from self._item(layer, item, field, flag)

    def _item(self, layer: Layer, item: Expression, field: str, flag: str) -> Iterator[BuildOption]:
        if isinstance(item, ObjectOf):
            fields = {name: self._told(layer, each, field) for name, each in item.items}
            if flag != "--ssh":
                yield option_of(flag, ((name, text) for name, (text, *_) in fields.items()))
            else:
                yield ssh_option("".join(fields.get("id", ())), fields.get("paths", ()))
            return
        said = layer.value(item)
        if said.skipped is not None:
            self._note(field, said.skipped.message)
        elif said.value.text:
            yield option(flag, said.value.text)

    def _told(self, layer: Layer, expression: Expression, field: str) -> list[str]:
        """Return what a value says, or a list's items; one that is not known is noted, and empty."""
        listed = layer.scope.list_of(expression)
        found = [layer.value(each) for each in (listed.items if listed else (expression,))]
        for said in found:
            if said.skipped is not None:
                self._note(field, said.skipped.message)
        return ["" if said.skipped else said.value.text for said in found]

    def _note(self, field: str, reason: str) -> None:
        self.unknown.append(f"{field}: {reason}")


def _key(each: BuildOption) -> str:
    """Return what an option is about: its type, its id, or its name alone."""
    fields = {field.name: field.value for field in each.fields}
    about = fields.get("type") if each.flag == "--attest" else fields.get("id")
    return about or each.fields[0].name or each.fields[0].value


def _obstacle(target: str, options: Iterable[BuildOption]) -> str:
    for each in options:
        field = each.fields[0] if each.fields else Field("")
        if each.flag == "--build-context" and field.value.startswith(_TARGET):
            other = field.value.removeprefix(_TARGET)
            return (
                f"its context {field.name!r} is what the target {other} builds, which takes "
                f"`docker buildx bake {target}`"
            )
    return ""
