"""A compose file that has been read once, and what it says under given variables.

Where references can stand is in `places.py`, which files count besides in `project.py`.
Does not know how YAML is written, nor what else lies in the folder.
"""

from collections.abc import Iterable
from functools import cached_property

import attrs

from tagwise.documents.build_plan import BuildPlan
from tagwise.documents.build_platforms import BuildPlatform
from tagwise.documents.compose.build_plans import plan_of
from tagwise.documents.compose.builds import build_of
from tagwise.documents.compose.faults import interpolation_faults
from tagwise.documents.compose.images import (
    asked_platforms,
    inherited_images,
    platform_problems,
)
from tagwise.documents.compose.inline import inline_dockerfiles, inline_names
from tagwise.documents.compose.names import build_platforms, names_elsewhere
from tagwise.documents.compose.places import image_places
from tagwise.documents.compose.project import ComposeText, OtherFiles, Project, project_of
from tagwise.documents.compose.readers import Mentions, Readers, anchor_places
from tagwise.documents.compose.references import ImagePlace, Readings
from tagwise.documents.compose.scope import DOTENV, Scope, env_files
from tagwise.documents.compose.services import Service, services_of
from tagwise.documents.model import (
    Build,
    Inputs,
    NoPin,
    Occurrence,
    ParsedDocument,
    Problem,
)
from tagwise.documents.names import Name, NameElsewhere, each_once
from tagwise.documents.pinning import settle_pins
from tagwise.documents.references import not_read
from tagwise.documents.traced import Place, TracedText
from tagwise.documents.yaml_events import FASTEST, Loader
from tagwise.documents.yaml_tree import YamlTree
from tagwise.documents.yaml_tree import parse as parse_yaml


@attrs.frozen(slots=False)
class ComposeSyntax:
    text: str
    tree: YamlTree
    services: tuple[Service, ...]
    _readings: Readings = attrs.field(factory=Readings, eq=False, repr=False)

    def reread(self, text: str) -> "ComposeSyntax":
        """Read the next version of the text (`model.Rereadable`)."""
        tree = self.tree.reread(text)
        return ComposeSyntax(text, tree, services_of(tree), self._readings)

    @property
    def names(self) -> tuple[str, ...]:
        """The `.env` file: it may set variables, and which files make the project."""
        return (DOTENV,)

    def named_with(self, inputs: Inputs) -> tuple[str, ...]:
        """List the files of the project and those they extend and include, variables' files too."""
        others = OtherFiles(inputs.files)
        main = self._project(Scope.of(inputs), others)
        for project in main.with_included():
            project.read_extended()
        return tuple(dict.fromkeys((*env_files(inputs.environment), *others.asked)))

    def evaluate(self, inputs: Inputs) -> ParsedDocument:
        scope = Scope.of(inputs)
        project = self._project(scope, OtherFiles(inputs.files))
        places = image_places(self.services, self.tree, project, scope)
        found = self._readings.read(places, scope, self.text)
        found += inline_dockerfiles(self.services, project, scope, inputs, self.text)
        occurrences = [occurrence for each in found for occurrence in each.occurrences]
        occurrences.sort(key=lambda each: (each.span.start, each.span.end))
        elsewhere = self._read_elsewhere(occurrences, places, scope, inputs)
        settled = settle_pins(occurrences, read_elsewhere=elsewhere)
        pairs = zip(occurrences, settled, strict=True)
        problems = [*self._refusal(), *platform_problems(self.services, scope)]
        problems += interpolation_faults(self.tree, self.text, scope)
        problems += (problem for each in found for problem in each.problems)
        problems.sort(key=lambda each: (each.span.start, each.span.end))
        return ParsedDocument(
            tuple(_unless_refused(before, after) for before, after in pairs),
            tuple(dict.fromkeys(problems)),
            tuple(inherited_images(self.services, project, scope)),
            tuple(asked_platforms(self.services, scope)),
        )

    def given_names(self, inputs: Inputs) -> tuple[Name, ...]:
        """List the names that Dockerfiles in the file give (`names.Naming`)."""
        return tuple(inline_names(self.services, Scope.of(inputs)))

    def names_elsewhere(self, inputs: Inputs) -> tuple[NameElsewhere, ...]:
        """List what is said of names in Dockerfiles (`names.NamingElsewhere`)."""
        project = self._project(Scope.of(inputs), OtherFiles(inputs.files))
        return each_once(names_elsewhere(self.services, project, inputs.document))

    def build_platforms(self, inputs: Inputs) -> tuple[BuildPlatform, ...]:
        """List the platforms that Dockerfiles are built for (`build_platforms.BuildingFor`)."""
        project = self._project(Scope.of(inputs), OtherFiles(inputs.files))
        return tuple(build_platforms(self.services, project, inputs.document))

    def builds(self, inputs: Inputs) -> tuple[Build, ...]:
        """List the Dockerfiles that the project builds, with what each service says to them.

        A file that is not the first of its project leaves that to the first.
        """
        scope = Scope.of(inputs)
        main = self._project(scope, OtherFiles(inputs.files))
        if main.files[-1].scope.document != scope.document:
            return ()
        others = tuple(source for name, source in inputs.files.items() if name != DOTENV)
        seen = attrs.evolve(inputs, neighbours=(*inputs.neighbours, *others))
        readers = self._readers(scope, seen)
        builds = (
            build_of(service)
            for project in main.with_included()
            for service in project.services.values()
        )
        return tuple(_guarded(build, readers) for build in builds if build is not None)

    def plans(self, inputs: Inputs) -> tuple[BuildPlan, ...]:
        """List how the project's services are built (`model.Planning`)."""
        main = self._project(Scope.of(inputs), OtherFiles(inputs.files))
        if main.files[-1].scope.document != inputs.document:
            return ()
        plans = (
            plan_of(service, project)
            for project in main.with_included()
            for service in project.services.values()
        )
        return tuple(plan for plan in plans if plan is not None)

    def _project(self, scope: Scope, others: OtherFiles) -> Project:
        return project_of(self._own, scope, others)

    @cached_property
    def _own(self) -> ComposeText:
        return ComposeText.of(self.tree, self.services)

    def _read_elsewhere(
        self,
        occurrences: list[Occurrence],
        places: tuple[ImagePlace, ...],
        scope: Scope,
        inputs: Inputs,
    ) -> frozenset[Place]:
        values = [occurrence.value for occurrence in occurrences]
        shared = anchor_places(values, places, self.tree.aliases, scope)
        return shared | self._readers(scope, inputs).read_elsewhere(values)

    def _readers(self, scope: Scope, inputs: Inputs) -> Readers:
        return Readers.of(scope, inputs, Mentions(self.text), self.services)

    def _refusal(self) -> Iterable[Problem]:
        if self.tree.refusal is not None:
            yield not_read(self.tree.refusal)


def parse(text: str, *, loader: Loader = FASTEST) -> ComposeSyntax:
    """Read a compose file, of any version, broken or not."""
    tree = parse_yaml(text, loader=loader)
    return ComposeSyntax(text, tree, services_of(tree))


def _unless_refused(before: Occurrence, after: Occurrence) -> Occurrence:
    """Keep what the place itself said against a pin."""
    return attrs.evolve(after, pin=before.pin) if isinstance(before.pin, NoPin) else after


def _guarded(build: Build, readers: Readers) -> Build:
    """Mark what else reads the variables that values come from: the Dockerfile cannot know."""
    args, contexts = build.builder.args.values(), build.builder.contexts.values()
    values = [each for each in (*args, *contexts) if isinstance(each, TracedText)]
    places = frozenset[Place]().union(*(readers.read_elsewhere((each,)) for each in values))
    return attrs.evolve(build, builder=build.builder.unedited(places))
