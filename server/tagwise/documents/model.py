"""What reading a document gives: occurrences of image references, and problems.

Two steps, both pure (ARCHITECTURE.md, "Reading"): a language's `parse(text)` gives a `Syntax`,
once per version of the text; `Syntax.evaluate(inputs)` gives a `ParsedDocument`, again whenever
the inputs differ.  Neither ever raises, whatever the text.
Does not know any file format, where texts come from, or what a registry says of a reference.
"""

from collections.abc import Collection, Iterator, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Protocol, Self, runtime_checkable

import attrs

from tagwise.documents.traced import Place, Span, TracedText
from tagwise.oci.platform import LINUX_AMD64, Platform
from tagwise.oci.reference import ImageReference


class Role(Enum):
    """What the place a reference stands at uses the image for."""

    BASE_IMAGE = "base-image"
    COPY_SOURCE = "copy-source"
    MOUNT_SOURCE = "mount-source"
    ONBUILD_SOURCE = "onbuild-source"
    SYNTAX = "syntax"
    SERVICE_IMAGE = "service-image"
    INIT_IMAGE = "init-image"
    VOLUME_IMAGE = "volume-image"
    BUILD_CONTEXT = "build-context"
    BUILD_CACHE = "build-cache"
    BUILD_TAG = "build-tag"
    SBOM_GENERATOR = "sbom-generator"
    MODEL = "model"
    INCLUDE = "include"
    CONTAINER_IMAGE = "container-image"
    JOB_IMAGE = "job-image"
    STEP_IMAGE = "step-image"
    CHART_IMAGE = "chart-image"
    IMAGE_OVERRIDE = "image-override"
    FEATURE = "feature"
    CONFIGURED_IMAGE = "configured-image"


class SkipReason(Enum):
    """Why what stands where an image could stand is not looked up.  A closed list."""

    STAGE = "stage"
    SCRATCH = "scratch"
    NAMED_CONTEXT = "named-context"
    SERVICE = "service"
    BUILD_OUTPUT = "build-output"
    CACHE = "cache"
    UNSET_VARIABLE = "unset-variable"
    TEMPLATE = "template"
    INVALID = "invalid"
    VARIABLE_NOT_ALLOWED = "variable-not-allowed"
    REMOVED = "removed"
    OUTSIDE_WORKSPACE = "outside-workspace"
    ARTIFACT = "artifact"


@attrs.frozen
class Skip:
    """`message` is a sentence for a person."""

    reason: SkipReason
    message: str


@attrs.frozen
class PinPlace:
    """A digest would be inserted at the end of `place`; `note` says what else that means.

    `lead` is written before it: `@`, unless the digest has a key of its own.
    """

    place: Place
    note: str | None = None
    lead: str = "@"

    def moved(self, document: str, by: int) -> "PinPlace":
        return PinPlace(self.place.moved(document, by), self.note, self.lead)


@attrs.frozen
class NoPin:
    """No edit can pin the reference, for `reason`: a sentence for a person."""

    reason: str


@attrs.frozen
class TagComment:
    """`image: python@sha256:… # 3.12`: the comment names the tag that updates follow."""

    tag: str
    place: Place


@attrs.frozen
class Occurrence:
    """One place where an image reference is written or used (SEMANTICS, "What an occurrence is").

    `span` is exactly the reference as written, in the document that was read; `value` what it
    says once variables are resolved, with the places it comes from.  `reference` is None where the
    value is none, and then `skipped` says why; both may be present (a stage's name parses, too).
    `platform` is the one the file asks for.  `variant` names the builder where several builders
    give several values for the same span.  `assumption` is a sentence about what had to be
    supposed to know the value.
    """

    role: Role
    span: Span
    value: TracedText
    reference: ImageReference | None
    skipped: Skip | None = None
    platform: Platform | None = None
    variant: str | None = None
    pin: PinPlace | NoPin = NoPin("nothing here can be pinned")
    tag_comment: TagComment | None = None
    assumption: str | None = None

    def moved(self, document: str, by: int) -> "Occurrence":
        """Return the occurrence as it is once the text of `document` around it stands elsewhere."""
        pin, comment = self.pin, self.tag_comment
        return Occurrence(
            self.role,
            self.span.moved(by),
            self.value.moved(document, by),
            self.reference,
            self.skipped,
            self.platform,
            self.variant,
            pin if isinstance(pin, NoPin) else pin.moved(document, by),
            comment and TagComment(comment.tag, comment.place.moved(document, by)),
            self.assumption,
        )


class Severity(Enum):
    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"


@attrs.frozen
class Problem:
    """Something found wrong; `rule` is BuildKit's or compose-go's own name where it has one."""

    rule: str
    message: str
    span: Span
    severity: Severity = Severity.WARNING


@attrs.frozen
class AskedPlatform:
    """A platform as it is written, and the image that it is asked of."""

    value: TracedText
    reference: ImageReference


@attrs.frozen
class ParsedDocument:
    """What one version of one text says, in the order of the text.

    `inherited` are the images of what says none itself, each at the name of what has it (a service
    that extends another): they are to be shown, not looked for where they are written.  `off` are
    the rules that the document itself switches off.
    """

    occurrences: tuple[Occurrence, ...] = ()
    problems: tuple[Problem, ...] = ()
    inherited: tuple[Occurrence, ...] = ()
    platforms: tuple[AskedPlatform, ...] = ()
    off: frozenset[str] = frozenset()


@attrs.frozen
class SourceText:
    """Another document: the name to use for its places, and its text."""

    document: str
    text: str


@attrs.frozen
class Builder:
    """Who builds a Dockerfile: a compose service or a bake target, by `name`.

    `args` beat the defaults in the file, also where what they say is not known; `contexts` are
    named contexts (values such as `docker-image://alpine:3.20`, or anything else a build can read
    from); `platforms` are as written.
    """

    name: str
    args: Mapping[str, TracedText | Skip] = MappingProxyType({})
    contexts: Mapping[str, TracedText] = MappingProxyType({})
    target: str | None = None
    platforms: tuple[str, ...] = ()

    def places(self) -> Iterator[Place]:
        """List the places that values come from."""
        for value in (*self.args.values(), *self.contexts.values()):
            if isinstance(value, TracedText):
                yield from value.origins()

    def unedited(self, places: Collection[Place]) -> Self:
        """Return the builder with no edit at those places: the Dockerfile cannot know why."""
        args = {
            name: value.unedited(places) if isinstance(value, TracedText) else value
            for name, value in self.args.items()
        }
        contexts = {name: value.unedited(places) for name, value in self.contexts.items()}
        return attrs.evolve(self, args=args, contexts=contexts)


@attrs.frozen
class Build:
    """What is built from a Dockerfile: its path from the folder of the file that says so.

    `document` is the file that has the last word on it.
    """

    dockerfile: str
    builder: Builder
    document: str = ""


@attrs.frozen
class Inputs:
    """Everything besides its text that decides what a document says.

    `document` is the name for the document's own places.  `files` holds the texts of the files the
    syntax names, by the name it gives them (`.env`); a file that is absent is not in it.
    `neighbours` are other documents that read the same files.  `build_platform` is the platform
    that builds run on, and build for unless told otherwise.
    """

    document: str = ""
    environment: Mapping[str, str] = MappingProxyType({})
    build_args: Mapping[str, str] = MappingProxyType({})
    files: Mapping[str, SourceText] = MappingProxyType({})
    neighbours: tuple[SourceText, ...] = ()
    builders: tuple[Builder, ...] = ()
    build_platform: Platform = LINUX_AMD64


@runtime_checkable
class Building(Protocol):
    """A syntax that says what is built from Dockerfiles."""

    def builds(self, inputs: Inputs) -> tuple[Build, ...]:
        """List the Dockerfiles that are built, with what is said to each."""
        ...


@runtime_checkable
class Following(Protocol):
    """A syntax whose other files may name others in turn."""

    def named_with(self, inputs: Inputs) -> tuple[str, ...]:
        """List the files that are read if `inputs.files` are those known so far."""
        ...


@runtime_checkable
class Rereadable(Protocol):
    """A syntax that reads the next version of its text in less time than reading it anew."""

    def reread(self, text: str) -> "Syntax":
        """Return what the language's `parse` returns."""
        ...


class Syntax(Protocol):
    """A text that has been read once; immutable."""

    @property
    def names(self) -> tuple[str, ...]:
        """The other files the document reads, relative to its folder, as it names them."""
        ...

    def evaluate(self, inputs: Inputs) -> ParsedDocument: ...
