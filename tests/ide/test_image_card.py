"""The card of an image, as a person reads it."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest

from tagwise.documents.model import Occurrence, Role, Skip, SkipReason
from tagwise.documents.traced import Span, TracedText
from tagwise.ide.facts import (
    Ignorance,
    ImageFacts,
    PlatformFacts,
    PullsLeft,
    Resolved,
    Unresolved,
)
from tagwise.ide.hover import hover_card, occurrences_at, says_something
from tagwise.ide.image_card import created, image_card
from tagwise.ide.markup import WIDTH, columns, to_markdown, to_plain_text
from tagwise.oci import media_types
from tagwise.oci.digest import Digest
from tagwise.oci.image_config import ImageConfig
from tagwise.oci.media_types import ArtifactKind
from tagwise.oci.platform import LINUX_AMD64, Platform
from tagwise.oci.reference import ImageReference
from tagwise.oci.trust import Provenance, Sbom, Signature, SignatureKind, TrustSigns, Unread

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
ARM64 = Platform("linux", "arm64")
REVISION = "3fb2c1d" + "0" * 33


def digest(start):
    return Digest("sha256", start.ljust(60, "0") + start[:4])


AMD64_FACTS = PlatformFacts(LINUX_AMD64, digest("9c0f"), 45_100_000, 4)
ARM64_FACTS = PlatformFacts(ARM64, digest("77ae"))
CONFIG = ImageConfig(
    LINUX_AMD64,
    created=NOW - timedelta(days=3),
    command=("python3",),
    environment=("A=1", "B=2"),
    labels={
        "org.opencontainers.image.source": "https://github.com/docker-library/python.git",
        "org.opencontainers.image.revision": REVISION,
    },
)
INDEX = ImageFacts(
    digest=digest("2f1c"),
    media_type=media_types.OCI_INDEX,
    learned=NOW - timedelta(minutes=2),
    from_store=False,
    wanted=LINUX_AMD64,
    asked_for=False,
    is_index=True,
    platforms=(AMD64_FACTS, ARM64_FACTS),
    chosen=AMD64_FACTS,
    attestations=2,
    config=CONFIG,
)
SINGLE = attrs.evolve(
    INDEX,
    media_type=media_types.DOCKER_MANIFEST,
    is_index=False,
    platforms=(AMD64_FACTS,),
    attestations=0,
)


def card(text, facts, **options):
    tag_digest = options.pop("tag_digest", None)
    answer = Resolved(facts, tag_digest)
    return image_card(ImageReference.parse(text), answer, now=NOW, **options)


def plain(text, facts, **options):
    return to_plain_text(card(text, facts, **options))


def check(shown, expected):
    assert shown.strip().splitlines() == [line.strip("|") for line in expected.strip().splitlines()]


def test_an_index():
    check(
        plain("python:3.12-slim", INDEX),
        """
python:3.12-slim — docker.io/library/python
sha256:2f1c…2f1c · made 3 days ago · OCI index, 2 platforms, 2 attestations

platform                       size  layers  digest
linux/amd64 (this machine)  45.1 MB       4  9c0f…9c0f
linux/arm64                                  77ae…77ae

Runs as root in /, python3; no ports; 2 environment variables
Source github.com/docker-library/python at 3fb2c1d
""",
    )


def test_an_index_in_markdown():
    source = "https://github.com/docker-library/python"
    assert to_markdown(card("python:3.12-slim", INDEX)).splitlines() == [
        "**python:3.12-slim** — docker.io/library/python  ",
        "`sha256:2f1c…2f1c` · made 3 days ago · OCI index, 2 platforms, 2 attestations",
        "",
        "| platform | size | layers | digest |",
        "| --- | --: | --: | --- |",
        "| **linux/amd64** (this machine) | 45.1 MB | 4 | `9c0f…9c0f` |",
        "| linux/arm64 |  |  | `77ae…77ae` |",
        "",
        "Runs as root in `/`, `python3`; no ports; 2 environment variables  ",
        (
            f"Source [github.com/docker-library/python]({source}.git)"
            f" at [3fb2c1d]({source}/commit/{REVISION})"
        ),
    ]


def test_one_image_for_the_platform_the_file_asks_for():
    config = attrs.evolve(
        CONFIG,
        user="1000:1000",
        working_dir="/srv/app",
        entrypoint=("gunicorn", "shop.wsgi"),
        command=("--bind", "0.0.0.0:8000"),
        exposed_ports=("8000/tcp",),
        volumes=("/data", "/logs"),
        environment=(),
        labels={"org.opencontainers.image.revision": "v1.4"},
    )
    check(
        plain("ghcr.io/acme/shop:1.4", attrs.evolve(SINGLE, asked_for=True, config=config)),
        """
ghcr.io/acme/shop:1.4
sha256:2f1c…2f1c · made 3 days ago · Docker manifest

linux/amd64 (asked for) · 45.1 MB · 4 layers

Runs as 1000:1000 in /srv/app, gunicorn shop.wsgi --bind 0.0.0.0:8000; port
  8000/tcp; volumes /data, /logs; no environment variables
Revision v1.4
""",
    )


@pytest.mark.parametrize(
    ("pulls", "shown"),
    [
        (PullsLeft(87, 100, timedelta(hours=6)), "87 of 100 pulls left (per 6 hours)"),
        (PullsLeft(10, 100, None), "**10 of 100 pulls left**"),
    ],
)
def test_what_is_left_of_a_quota(pulls, shown):
    answer = Resolved(INDEX, pulls=pulls)
    shown_card = to_markdown(image_card(ImageReference.parse("redis:7"), answer, now=NOW))
    assert shown in shown_card.splitlines()
    assert "left" not in to_markdown(card("redis:7", INDEX))


def test_an_image_that_its_registry_lists_and_has_lost():
    lost = PlatformFacts(LINUX_AMD64, digest("9c0f"), is_missing=True)
    facts = attrs.evolve(INDEX, platforms=(lost, ARM64_FACTS), chosen=lost, config=None)
    check(
        plain("redis:7", facts),
        """
redis:7 — docker.io/library/redis
sha256:2f1c…2f1c · OCI index, 2 platforms, 2 attestations

Its registry has lost parts of the image for linux/amd64: pulling it fails

platform                       size  layers  digest
linux/amd64 (this machine)  missing          9c0f…9c0f
linux/arm64                                  77ae…77ae
""",
    )


def test_a_platform_that_is_missing_comes_first():
    facts = attrs.evolve(
        INDEX, wanted=Platform("linux", "s390x"), asked_for=True, chosen=None, config=None
    )
    check(
        plain("redis", facts),
        """
redis — docker.io/library/redis
sha256:2f1c…2f1c · OCI index, 2 platforms, 2 attestations

There is no image for linux/s390x, which is asked for

platform        size  layers  digest
linux/amd64  45.1 MB       4  9c0f…9c0f
linux/arm64                   77ae…77ae
""",
    )
    here = plain("redis", attrs.evolve(facts, asked_for=False))
    assert "There is no image for linux/s390x, which this machine runs" in here


@pytest.mark.parametrize(
    ("tag_digest", "line"),
    [
        (digest("aaaa"), "The pin is behind: 3.12 is sha256:aaaa…aaaa now"),
        (INDEX.digest, None),
        (None, None),
    ],
)
def test_a_pin(tag_digest, line):
    lines = plain(f"python:3.12@{INDEX.digest}", INDEX, tag_digest=tag_digest).splitlines()
    assert lines[0] == "python:3.12 — docker.io/library/python, pinned"
    assert lines[1].startswith("sha256:2f1c…2f1c · made")
    assert lines[2] == (line or "")


def test_a_digest_alone():
    assert plain(f"ghcr.io/a/b@{INDEX.digest}", INDEX).startswith("ghcr.io/a/b, pinned\nsha256:")


def test_an_old_answer_says_its_age_unless_a_digest_cannot_age():
    old = attrs.evolve(INDEX, learned=NOW - timedelta(days=2), from_store=True)
    assert "looked up 2 days ago" in plain("python", old)
    assert "looked up" not in plain(f"python:3@{INDEX.digest}", old)
    assert "looked up" not in plain("python", INDEX)


def test_only_the_digest_is_known():
    facts = attrs.evolve(
        INDEX, platforms=(), chosen=None, config=None, attestations=0, is_fetched=False
    )
    check(
        plain("python", facts),
        """
python — docker.io/library/python
sha256:2f1c…2f1c · OCI index

Its platforms have not been fetched yet
""",
    )


def test_an_index_without_any_image():
    facts = attrs.evolve(INDEX, platforms=(), chosen=None, config=None, attestations=1)
    check(
        plain("python", facts),
        """
python — docker.io/library/python
sha256:2f1c…2f1c · OCI index, no platforms, 1 attestation

There is no image in it for any platform
""",
    )


def test_an_image_for_another_system_is_not_said_to_be_for_this_machine():
    windows = attrs.evolve(AMD64_FACTS, platform=Platform("windows", "amd64"))
    shown = plain("python", attrs.evolve(INDEX, platforms=(windows,), chosen=windows))
    assert "windows/amd64  45.1 MB" in shown
    assert "this machine" not in shown


def test_the_configuration_is_not_known():
    assert plain("python", attrs.evolve(SINGLE, config=None)).endswith(
        "\n\nIts configuration has not been fetched yet"
    )


def test_a_helm_chart_is_called_one():
    chart = attrs.evolve(
        SINGLE,
        media_type=media_types.OCI_MANIFEST,
        kind=ArtifactKind.HELM_CHART,
        platforms=(),
        chosen=None,
        config=None,
    )
    check(
        plain("ghcr.io/acme/charts/api:0.3.0", chart),
        """
ghcr.io/acme/charts/api:0.3.0
sha256:2f1c…2f1c · Helm chart, no image
""",
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nginx", "-g", "daemon off;"), "nginx -g 'daemon off;'"),
        (("/bin/sh", "-c", "echo $HOME"), "/bin/sh -c 'echo $HOME'"),
        (("C:\\app.exe", ""), "C:\\app.exe ''"),
        (("a\nb",), "a b"),
    ],
)
def test_a_command_reads_as_it_is_typed(words, said):
    config = attrs.evolve(CONFIG, entrypoint=words[:1], command=words[1:])
    assert f", {said}; no ports" in plain("a", attrs.evolve(SINGLE, config=config))


def test_windows_has_other_defaults():
    windows = Platform("windows", "amd64", os_version="10.0.20348.1")
    assert "Runs as its default user in C:\\, no command" in plain(
        "a", attrs.evolve(SINGLE, config=ImageConfig(windows))
    )


@pytest.mark.parametrize("reason", Ignorance)
def test_what_is_not_known_is_said_in_the_same_place(reason):
    unknown = Unresolved(reason, "ghcr.io/a/b:1: not found, or private")
    shown = to_plain_text(image_card(ImageReference.parse("ghcr.io/a/b:1"), unknown, now=NOW))
    assert shown == "ghcr.io/a/b:1\nghcr.io/a/b:1: not found, or private"


def test_a_date_nobody_built_at_is_not_shown():
    zero = attrs.evolve(CONFIG, created=datetime(1970, 1, 1, tzinfo=UTC))
    assert created(attrs.evolve(INDEX, config=zero)) is None
    stated = {"org.opencontainers.image.created": "2026-01-02T03:04:05Z"}
    assert created(attrs.evolve(INDEX, config=None, annotations=stated)) == datetime(
        2026, 1, 2, 3, 4, 5, tzinfo=UTC
    )
    broken = {"org.opencontainers.image.created": "yesterday"}
    assert created(attrs.evolve(INDEX, config=None, annotations=broken)) is None


@pytest.mark.parametrize(
    ("source", "revision", "line"),
    [
        ("https://gitlab.com/a/b", REVISION, "[3fb2c1d](https://gitlab.com/a/b/-/commit/"),
        ("https://git.example/a/b", REVISION, " at `3fb2c1d`"),
        ("https://github.com/a/b/?x=1", REVISION, "[3fb2c1d](https://github.com/a/b/commit/"),
        ("https://github.com/a/b", "main", " at `main`"),
        ("https://github.com/a/b", "](command:x)", " at `](command:x)`"),
        ("command:evil", "", None),
        ("https://user@evil.example/", "", None),
    ],
)
def test_source_and_revision(source, revision, line):
    labels = {
        "org.opencontainers.image.source": source,
        "org.opencontainers.image.revision": revision,
    }
    shown = to_markdown(card("a", attrs.evolve(SINGLE, config=attrs.evolve(CONFIG, labels=labels))))
    if line is None:
        assert "Source" not in shown
        assert "command" not in shown.replace("no command", "")
    else:
        assert line in shown.splitlines()[-1]


SBOM = Sbom("SPDX", 92)
PROVENANCE = Provenance(
    "https://github.com/acme/api/actions/runs/1", "https://github.com/acme/api.git", REVISION
)
COSIGN = Signature(SignatureKind.COSIGN, INDEX.digest)
NOTATION = Signature(SignatureKind.NOTATION, INDEX.digest)


@pytest.mark.parametrize(
    ("signs", "said"),
    [
        (TrustSigns(), "No SBOM, provenance or signature found"),
        (
            TrustSigns((SBOM,), (PROVENANCE,), (COSIGN,)),
            (
                "SBOM: SPDX, 92 packages · provenance: github.com/acme/api at 3fb2c1d by"
                " github.com/acme/api/actions/runs/1 · signature: cosign, present, not verified"
            ),
        ),
        (
            TrustSigns((Sbom("SPDX", Unread.TOO_LARGE),), signatures=(COSIGN, NOTATION)),
            "SBOM: SPDX, too large to read · signature: cosign, notation, present, not verified",
        ),
        (
            TrustSigns(provenances=(Unread.UNREADABLE,)),
            "Provenance: in a form that cannot be read · no signature found",
        ),
        (
            TrustSigns((attrs.evolve(SBOM, is_signed=True),), (Provenance("", "", ""),)),
            (
                "SBOM: SPDX, 92 packages (signed, not verified) · provenance: says no source"
                " · no signature found"
            ),
        ),
        (
            TrustSigns((SBOM, SBOM, SBOM), others=("https://openvex.dev/ns",)),
            ("SBOM: SPDX, 92 packages · 3 other attestations · no signature found"),
        ),
        (
            TrustSigns(missing=(digest("9c0f"),)),
            "1 attestation listed, missing in its registry · no signature found",
        ),
        (TrustSigns(missed="r.example is down"), "Signs of trust are not known: r.example is down"),
        (
            TrustSigns((SBOM,), missed="r.example is down"),
            "SBOM: SPDX, 92 packages · the rest is not known: r.example is down",
        ),
    ],
)
def test_signs_of_trust(signs, said):
    shown = plain("a", attrs.evolve(SINGLE, signs=signs)).partition("at 3fb2c1d\n")[2]
    assert " ".join(shown.split()) == said


def test_signs_of_trust_are_links_where_they_are_safe():
    signs = TrustSigns((), (PROVENANCE,))
    assert to_markdown(card("a", attrs.evolve(SINGLE, signs=signs))).splitlines()[-1] == (
        "Provenance: [github.com/acme/api](https://github.com/acme/api.git) at"
        f" [3fb2c1d](https://github.com/acme/api/commit/{REVISION})"
        " by github.com/acme/api/actions/runs/1 · no signature found"
    )
    evil = Provenance("[x](command:evil)<img src=x>", "command:evil", "`](command:x)")
    shown = to_markdown(card("a", attrs.evolve(SINGLE, signs=TrustSigns((), (evil,))))).splitlines()
    assert shown[-1] == (
        r"Provenance: command:evil at `` `](command:x) `` by"
        r" \[x\](command:evil)\<img src=x\> · no signature found"
    )


LONG = "l" + "o" * 250 + "ng"


def extreme_facts():
    platforms = tuple(
        PlatformFacts(Platform("windows", f"arch{n}", "v" * 40, "10.0." + "9" * 60), digest("ab"), 10**12, 127)
        for n in range(40)
    )  # fmt: skip
    config = ImageConfig(
        platforms[0].platform,
        created=NOW - timedelta(days=800),
        user=LONG,
        working_dir="/" + LONG,
        entrypoint=(LONG, "漢字" * 100),
        command=("x " * 300,),
        exposed_ports=tuple(f"{n}/tcp" for n in range(8000, 8050)),
        volumes=(LONG, LONG),
        environment=tuple(f"A{n}=1" for n in range(10_000)),
        labels={
            "org.opencontainers.image.source": "https://example.com/" + LONG,
            "org.opencontainers.image.revision": LONG,
        },
    )
    return attrs.evolve(
        INDEX,
        media_type="application/" + LONG,
        learned=NOW - timedelta(days=800),
        platforms=platforms,
        chosen=None,
        wanted=platforms[0].platform,
        asked_for=True,
        attestations=40,
        config=config,
        signs=TrustSigns(
            tuple(Sbom("CycloneDX", 10**9, is_signed=True) for _ in range(9)),
            (Provenance(f"https://b.example/{LONG}", f"https://s.example/{LONG}", LONG),) * 9,
            tuple(Signature(kind, INDEX.digest) for kind in SignatureKind),
            (LONG,) * 9,
            missed=LONG,
        ),
    )


EXTREME_NAMES = [
    f"{'a' * 247}:{'t' * 128}",
    f"{'r' * 60}.example.com:5000/{'a/' * 127}a:{'t' * 128}@{digest('abcd')}",
]


@pytest.mark.parametrize("name", EXTREME_NAMES)
def test_the_most_extreme_card_fits(name):
    facts = extreme_facts()
    shown = plain(name, facts, tag_digest=digest("ffff"))
    assert max(map(columns, shown.splitlines())) <= WIDTH
    assert len(shown.splitlines()) <= 25
    assert len(to_markdown(card(name, facts, tag_digest=digest("ffff"))).splitlines()) <= 25
    many = plain(name, attrs.evolve(facts, chosen=facts.platforms[0]), rows=40)
    assert max(map(columns, many.splitlines())) <= WIDTH


@pytest.mark.parametrize("count", [1, 7, 8, 9, 12, 40])
def test_platforms_beyond_the_table_are_named_or_counted(count):
    platforms = tuple(PlatformFacts(Platform("linux", f"a{n}"), digest("ab")) for n in range(count))
    shown = plain("a", attrs.evolve(INDEX, platforms=platforms, chosen=platforms[0]))
    assert f"{count} platform" in shown
    if count in {9, 12}:
        assert "\n\nand linux/a8" in shown
    assert ("\n\nand 32 more\n" in shown) == (count == 40)


def test_nothing_is_said_twice():
    said = plain("python:3.12-slim", INDEX).split()
    for word in ("sha256:2f1c…2f1c", "python:3.12-slim", "linux/amd64", "docker.io/library/python"):
        assert said.count(word) == 1


NAMED = ImageReference.parse("python:3")


def occurrence(text, **options):
    reference = options.pop("reference", None) or ImageReference.parse(text)
    value = TracedText.literal(text, "Dockerfile", 5)
    return Occurrence(Role.BASE_IMAGE, Span(5, 5 + len(text)), value, reference, **options)


def hovered(occurrence, answer):
    return hover_card((occurrence,), (answer,), now=NOW)


def test_of_three_builders_or_more_each_says_which_image_it_is():
    unset = Skip(SkipReason.UNSET_VARIABLE, "V has no value here")
    unknown = Unresolved(Ignorance.NOT_FOUND, "docker.io has no python:3.14")
    builders = [
        (occurrence("python:3.12-slim", variant="api"), Resolved(INDEX)),
        (occurrence("python:3.14", variant="web"), unknown),
        (occurrence("python:${V}", variant="job", skipped=unset, reference=NAMED), None),
        (occurrence(f"python:3@{INDEX.digest}", variant="cli"), Resolved(INDEX)),
        (occurrence("python:3", variant="more"), Resolved(INDEX)),
        (occurrence("python:2", variant="most"), Resolved(INDEX)),
    ]
    shown = hover_card(*zip(*builders, strict=True), now=NOW)
    check(
        to_plain_text(shown),
        """
As built by api:
python:3.12-slim
sha256:2f1c…2f1c · made 3 days ago · OCI index, 2 platforms, 2 attestations

As built by web:
python:3.14
docker.io has no python:3.14

As built by job:
python:${V}
V has no value here

As built by cli:
python:3, pinned
sha256:2f1c…2f1c · made 3 days ago · OCI index, 2 platforms, 2 attestations

and for 2 other builders
""",
    )


def test_the_most_extreme_cards_of_many_builders_fit():
    facts = extreme_facts()
    each = occurrence(EXTREME_NAMES[1], variant="b" * 300)
    lines = to_plain_text(hover_card((each,) * 9, (Resolved(facts),) * 9, now=NOW)).splitlines()
    assert max(map(columns, lines)) <= WIDTH
    assert len(lines) <= 25


def test_a_hover_says_whose_image_it_is_and_two_fit_together():
    facts = extreme_facts()
    cards = [
        hovered(occurrence(EXTREME_NAMES[0], variant=name), Resolved(facts))
        for name in ("api", "b" * 300)
    ]
    shown = [to_plain_text(each).splitlines() for each in cards]
    assert shown[0][:2] == ["As built by api:", ""]
    assert max(columns(line) for lines in shown for line in lines) <= WIDTH
    usual = hovered(occurrence("python:3.12-slim", variant="api"), Resolved(INDEX))
    assert len(to_plain_text(usual).splitlines()) <= 12
    assert "and linux/arm64" in to_plain_text(usual)


def test_a_hover_says_why_there_is_nothing_to_look_up():
    skip = Skip(SkipReason.UNSET_VARIABLE, "V has no value here")
    shown = hovered(occurrence("python:3", skipped=skip), None)
    assert to_plain_text(shown) == "python:3\nV has no value here"
    hostile = Skip(SkipReason.INVALID, "[x](command:evil) " * 100)
    lines = to_plain_text(hovered(occurrence("a", skipped=hostile), None)).splitlines()
    assert len(lines) <= 6


@pytest.mark.parametrize(
    ("reason", "speaks"),
    [
        (SkipReason.STAGE, False),
        (SkipReason.SCRATCH, False),
        (SkipReason.SERVICE, False),
        (SkipReason.BUILD_OUTPUT, True),
        (SkipReason.CACHE, True),
        (SkipReason.UNSET_VARIABLE, True),
        (SkipReason.INVALID, True),
    ],
)
def test_what_is_silent(reason, speaks):
    assert says_something(occurrence("a", skipped=Skip(reason, "x"))) is speaks
    assert says_something(occurrence("a"))


def test_the_cursor_is_on_a_reference_from_its_start_to_its_end():
    image = occurrence("alpine")
    assert [bool(occurrences_at((image,), offset)) for offset in (4, 5, 11, 12)] == [
        False, True, True, False
    ]  # fmt: skip


LAYERED = attrs.evolve(AMD64_FACTS, layers=2, layer_sizes=(40_000_000, 5_100_000))


def test_the_layers_are_drawn_for_who_can_see_pictures_and_told_to_everybody():
    facts = attrs.evolve(SINGLE, platforms=(LAYERED,), chosen=LAYERED)
    drawn = to_markdown(card("a", facts), pictures=True)
    assert "![2 layers](data:image/svg+xml;base64," in drawn
    assert "Layers: 40.0 MB, 5.1 MB" in drawn
    for shown in (to_markdown(card("a", facts)), plain("a", facts)):
        assert "data:" not in shown
        assert "Layers: 40.0 MB, 5.1 MB" in shown
    one = attrs.evolve(LAYERED, layer_sizes=(40_000_000,))
    assert "Layers" not in plain("a", attrs.evolve(SINGLE, platforms=(one,), chosen=one))


@pytest.mark.parametrize("name", EXTREME_NAMES)
def test_the_most_extreme_card_fits_with_its_layers(name):
    facts = extreme_facts()
    chosen = attrs.evolve(facts.platforms[0], layer_sizes=(10**12,) * 127)
    facts = attrs.evolve(facts, platforms=(chosen, *facts.platforms[1:]), chosen=chosen)
    shown = plain(name, facts, tag_digest=digest("ffff")).splitlines()
    assert len(shown) <= 25
    assert max(map(columns, shown)) <= WIDTH
