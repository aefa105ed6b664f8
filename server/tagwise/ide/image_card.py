"""The card of an image: everything known of it, the most important first, in 25 lines of 80.

Does not know what asked for it (a hover, the command line), nor how it is rendered.
"""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from tagwise.ide.facts import (
    Answer,
    ImageFacts,
    PlatformFacts,
    PullsLeft,
    Resolved,
    Unresolved,
)
from tagwise.ide.layer_picture import as_data_uri, layer_bar, layer_words
from tagwise.ide.local_card import local_lines
from tagwise.ide.local_facts import LocalState
from tagwise.ide.markup import (
    WIDTH,
    Block,
    Card,
    Code,
    Link,
    Paragraph,
    Picture,
    Strong,
    Table,
    Text,
    Word,
    clean,
    clip,
    columns,
    web_link,
)
from tagwise.ide.phrases import age, counted, hours, size
from tagwise.oci import media_types
from tagwise.oci.image_config import ImageConfig
from tagwise.oci.manifest import NOTHING
from tagwise.oci.media_types import ArtifactKind
from tagwise.oci.reference import ImageReference
from tagwise.oci.trust import Provenance, Sbom, TrustSigns, Unread

ROWS: Final = 8
_LISTED: Final = 40
_A_PICTURE: Final = 2
_FEW_LEFT: Final = 10  # A tenth of the quota.
_FRESH: Final = timedelta(minutes=10)
_EARLIEST: Final = datetime(1981, 1, 1, tzinfo=UTC)
_SOURCE: Final = "org.opencontainers.image.source"
_REVISION: Final = "org.opencontainers.image.revision"
_CREATED: Final = "org.opencontainers.image.created"
_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_COMMIT_PAGES: Final = {"github.com": "/commit/", "gitlab.com": "/-/commit/"}
_NO_SIGNS: Final = "no SBOM, provenance or signature found"
_KINDS: Final = {
    media_types.OCI_INDEX: "OCI index",
    media_types.OCI_MANIFEST: "OCI manifest",
    media_types.DOCKER_INDEX: "Docker manifest list",
    media_types.DOCKER_MANIFEST: "Docker manifest",
}

Line = tuple[Word, ...]


def image_card(
    reference: ImageReference,
    answer: Answer,
    *,
    now: datetime,
    local: LocalState | None = None,
    rows: int | None = None,
) -> Card:
    """Return what is known of `reference` at the moment `now`; `local` is what is on this machine.

    At most `rows` of the platforms; where it is not said how many, as many as there is room for.
    """
    heading = _heading(reference)
    here = local_lines(reference, local, answer, now=now) if local else ()
    match answer:
        case Unresolved(_, message):
            return Card((Paragraph((heading, (Text(clip(message, 4 * WIDTH)),), *here)),))
        case Resolved(facts, tag_digest, pulls):
            lines = [heading, _identity(facts, pinned=reference.digest is not None, now=now)]
            if tag_digest is not None and tag_digest != facts.digest:
                lines.append(_behind(reference, tag_digest.algorithm, tag_digest.short))
            if pulls is not None:
                lines.append(_pulls(pulls))
            lines += here
            signs = None if facts.signs is None else _signs(facts.signs)
            table = _platforms(facts, _rows(facts, signs, here) if rows is None else rows)
            return Card((Paragraph(tuple(lines)), *table, *_configuration(facts, signs)))


def image_brief(reference: ImageReference, answer: Answer, *, now: datetime) -> tuple[Line, ...]:
    """Return which image it is and nothing more of it: where several are shown together."""
    pinned = ", pinned" if reference.digest else ""
    heading = (Strong(clip(reference.familiar.partition("@")[0], WIDTH - 10)), Text(pinned))
    match answer:
        case Unresolved(_, message):
            return (heading, (Text(clip(message, WIDTH)),))
        case Resolved(facts, _):
            return (heading, _identity(facts, pinned=reference.digest is not None, now=now))


def created(facts: ImageFacts) -> datetime | None:
    """Return when the image was made, if it says so; reproducible builds say "long ago"."""
    stated = facts.config.created if facts.config else None
    if stated is None:
        stated = _moment(facts.annotations.get(_CREATED, ""))
    return stated if stated is not None and stated > _EARLIEST else None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _heading(reference: ImageReference) -> Line:
    """Return the name and tag people read, the full name where that is another, and the pin."""
    familiar = reference.familiar.partition("@")[0]
    heading: Line = (Strong(clip(familiar, WIDTH)),)
    if not familiar.startswith(reference.name):
        heading += (Text(f" — {clip(reference.name, WIDTH - 12)}"),)
    return (*heading, Text(", pinned")) if reference.digest else heading


def _identity(facts: ImageFacts, *, pinned: bool, now: datetime) -> Line:
    made = created(facts)
    rest = [f"made {age(made, now)}"] if made else []
    kind = _KINDS.get(facts.media_type, clip(clean(facts.media_type), 40))
    if facts.kind is not ArtifactKind.IMAGE:
        kind = f"{facts.kind.value}, no image"
    if facts.is_index and facts.is_fetched:
        kind += f", {counted(len(facts.platforms), 'platform')}"
        kind += f", {counted(facts.attestations, 'attestation')}" if facts.attestations else ""
    rest.append(kind)
    if not pinned and now - facts.learned > _FRESH:
        rest.append(f"looked up {age(facts.learned, now)}")
    digest = Code(f"{facts.digest.algorithm}:{facts.digest.short}")
    return (digest, Text("".join(f" · {each}" for each in rest)))


def _behind(reference: ImageReference, algorithm: str, short: str) -> Line:
    return (
        Text("The pin is behind: "),
        Code(clip(reference.followed_tag, 24)),
        Text(" is "),
        Code(f"{algorithm}:{short}"),
        Text(" now"),
    )


def _pulls(pulls: PullsLeft) -> Line:
    window = f" (per {hours(pulls.window)})" if pulls.window else ""
    left = f"{pulls.remaining} of {counted(pulls.limit, 'pull')} left{window}"
    return (Strong(left) if pulls.remaining <= pulls.limit // _FEW_LEFT else Text(left),)


def _rows(facts: ImageFacts, signs: Line | None, here: Sequence[Line]) -> int:
    """Return how many platforms there is room for: what else is said may take several lines."""
    length = sum(columns(word.text) for word in signs or ())
    local = sum(1 + sum(columns(word.text) for word in line) // (WIDTH - 20) for line in here)
    return ROWS - length // (WIDTH - 20) - local - bool(_layers(facts))


def _platforms(facts: ImageFacts, rows: int) -> Iterator[Block]:
    if facts.kind is not ArtifactKind.IMAGE:
        return
    if not facts.is_fetched:
        yield _sentence("Its platforms have not been fetched yet")
    elif not facts.platforms:
        yield _sentence("There is no image in it for any platform")
    elif facts.chosen is None:
        asked = "is asked for" if facts.asked_for else "this machine runs"
        missing = f"There is no image for {clip(str(facts.wanted), 30)}, which {asked}"
        yield Paragraph(((Strong(missing),),))
    elif facts.chosen.is_missing:
        lost = f"Its registry has lost parts of the image for {clip(_name(facts.chosen), 30)}"
        yield Paragraph(((Strong(f"{lost}: pulling it fails"),),))
    if not facts.is_index:
        yield from (Paragraph((_single(each, facts),)) for each in facts.platforms)
    elif facts.platforms:
        yield Table(
            ("platform", "size", "layers", "digest"),
            tuple(_row(each, facts) for each in facts.platforms[:rows]),
        )
        if more := facts.platforms[rows:]:
            yield _sentence(f"and {_names(more)}")


def _sentence(text: str) -> Paragraph:
    return Paragraph(((Text(text),),))


def _names(platforms: Sequence[PlatformFacts]) -> str:
    names = clean(", ".join(_name(each) for each in platforms))
    return names if columns(names) < WIDTH - 4 else f"{len(platforms)} more"


def _name(image: PlatformFacts) -> str:
    known = image.platform is not None and not image.platform.is_unknown
    return str(image.platform) if known else "platform not said"


def _platform(image: PlatformFacts, facts: ImageFacts) -> Line:
    name = clip(_name(image), 30)
    if image != facts.chosen:
        return (Text(name),)
    # Where there is no other image, one for Windows is shown, or one that does not say for what.
    if image.platform is None or not image.platform.satisfies(facts.wanted):
        return (Strong(name),)
    return (Strong(name), Text(" (asked for)" if facts.asked_for else " (this machine)"))


def _row(image: PlatformFacts, facts: ImageFacts) -> tuple[Line, ...]:
    return (
        _platform(image, facts),
        (Text(_size(image)),),
        (Text("" if image.layers is None else str(image.layers)),),
        (Code(image.digest.short),),
    )


def _size(image: PlatformFacts) -> str:
    if image.is_missing:
        return "missing"
    return "" if image.size is None else size(image.size)


def _single(image: PlatformFacts, facts: ImageFacts) -> Line:
    said = [] if image.size is None else [size(image.size)]
    said += [] if image.layers is None else [counted(image.layers, "layer")]
    return (*_platform(image, facts), Text("".join(f" · {each}" for each in said)))


def _configuration(facts: ImageFacts, signs: Line | None) -> Iterator[Block]:
    lines = list(_layers(facts))
    if facts.config is not None:
        lines.append(_runs(facts.config))
    elif facts.chosen is None or facts.chosen.is_missing:
        pass
    elif facts.kind is ArtifactKind.IMAGE:
        lines.append((Text("Its configuration has not been fetched yet"),))
    labels = facts.config.labels if facts.config else NOTHING
    if source := _source({**facts.annotations, **labels}):
        lines.append(source)
    if signs is not None:
        lines.append(signs)
    if lines:
        yield Paragraph(tuple(lines))


def _layers(facts: ImageFacts) -> tuple[Line, ...]:
    """Return how big the layers are, drawn and in words, where there is more than one."""
    sizes = facts.chosen.layer_sizes if facts.chosen is not None else ()
    if len(sizes) < _A_PICTURE:
        return ()
    picture = Picture(counted(len(sizes), "layer"), as_data_uri(layer_bar(sizes)))
    return ((picture,), (Text(layer_words(sizes)),))


def _runs(config: ImageConfig) -> Line:
    command = clean(_command_line((*config.entrypoint, *config.command)))
    does: Line = (Text(", "), Code(clip(command, 44))) if command else (Text(", no command"),)
    counts = [
        _few("port", config.exposed_ports) or "no ports",
        _few("volume", config.volumes),
        counted(len(config.environment), "environment variable"),
    ]
    return (*_place(config), *does, Text("".join(f"; {each}" for each in counts if each)))


def _command_line(words: Sequence[str]) -> str:
    """Join words, those with blanks in quotes: `nginx -g 'daemon off;'`."""
    return " ".join(
        shlex.quote(word) if not word or set(word) & set(" ;'\"") else word for word in words
    )


def _place(config: ImageConfig) -> Line:
    """Return who runs it and where; what Windows does by default is up to the base image."""
    windows = config.platform is not None and config.platform.os == "windows"
    user = config.user or ("its default user" if windows else "root")
    folder = config.working_dir or ("C:\\" if windows else "/")
    return (Text(f"Runs as {clip(user, 24)} in "), Code(clip(folder, 30)))


def _few(noun: str, names: tuple[str, ...]) -> str:
    if not names:
        return ""
    listed = f"{noun}{'' if len(names) == 1 else 's'} {clean(', '.join(names))}"
    return listed if columns(listed) <= _LISTED else counted(len(names), noun)


def _source(labels: Mapping[str, str]) -> Line | None:
    link = web_link(labels.get(_SOURCE, ""))
    revision = clean(labels.get(_REVISION, "")).strip()
    if link is None:
        return (Text("Revision "), Code(_short_revision(revision))) if revision else None
    shown, url = link
    line: Line = (Text("Source "), Link(clip(shown.removesuffix(".git"), 60), url))
    if not revision:
        return line
    return (*line, Text(" at "), _revision(url, revision))


def _revision(source: str, revision: str) -> Word:
    host = source.split("/")[2]
    if host not in _COMMIT_PAGES or not _COMMIT.fullmatch(revision):
        return Code(_short_revision(revision))
    repository = source.partition("?")[0].rstrip("/").removesuffix(".git")
    return Link(_short_revision(revision), repository + _COMMIT_PAGES[host] + revision)


def _short_revision(revision: str) -> str:
    return revision[:7] if _COMMIT.fullmatch(revision) else clip(revision, 20)


def _signs(signs: TrustSigns) -> Line:
    """Return what vouches for the image, and that nothing of it has been verified."""
    parts = [_sbom(each) for each in signs.sboms[:1]]
    parts += (_provenance(each) for each in signs.provenances[:1])
    if more := _more(signs):
        parts.append((Text(more),))
    if signs.missing:
        lost = counted(len(signs.missing), "attestation")
        parts.append((Text(f"{lost} listed, missing in its registry"),))
    if kinds := ", ".join(dict.fromkeys(each.kind.value for each in signs.signatures)):
        parts.append((Text(f"signature: {kinds}, present, not verified"),))
    elif not signs.missed:
        parts.append((Text("no signature found" if parts else _NO_SIGNS),))
    if signs.missed:
        what = "the rest is" if parts else "signs of trust are"
        parts.append((Text(f"{what} not known: {clip(clean(signs.missed), 64)}"),))
    line = parts[0]
    for part in parts[1:]:
        line = (*line, Text(" · "), *part)
    return (_capitalized(line[0]), *line[1:])


def _more(signs: TrustSigns) -> str:
    hidden = len(signs.sboms[1:]) + len(signs.provenances[1:]) + len(signs.others)
    return counted(hidden, "other attestation") if hidden else ""


def _capitalized(word: Word) -> Word:
    return Text(word.text[:1].upper() + word.text[1:]) if isinstance(word, Text) else word


def _sbom(sbom: Sbom) -> Line:
    said = [sbom.format] if sbom.format else []
    packages = sbom.packages
    said.append(packages.value if isinstance(packages, Unread) else counted(packages, "package"))
    return (Text(f"SBOM: {', '.join(said)}{_signed(sbom.is_signed)}"),)


def _provenance(provenance: Provenance | Unread) -> Line:
    if isinstance(provenance, Unread):
        return (Text(f"provenance: {provenance.value}"),)
    builder = _shown(provenance.builder)
    by = f" by {builder}" if builder else ""
    source: Line = (Text("says no source"),)
    if provenance.source:
        link = web_link(provenance.source)
        shown = _shown(provenance.source)
        source = (Link(shown, link[1]),) if link else (Text(shown),)
        if revision := clean(provenance.revision).strip():
            at = _revision(link[1], revision) if link else Code(_short_revision(revision))
            source = (*source, Text(" at "), at)
    return (Text("provenance: "), *source, Text(f"{by}{_signed(provenance.is_signed)}"))


def _shown(address: str) -> str:
    link = web_link(address)
    shown = link[0].removesuffix(".git") if link else clean(address).strip()
    return clip(shown, 54)


def _signed(is_signed: bool) -> str:  # noqa: FBT001 - it is what is asked
    return " (signed, not verified)" if is_signed else ""
