"""What stands over a reference and behind it: what is known, and nothing else."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest

from tagwise.documents.model import Inputs, Role, Skip, SkipReason
from tagwise.documents.parsers import dockerfile
from tagwise.ide.code_lens import facts_title, lens_parts, one_of_each_place
from tagwise.ide.facts import Ignorance, ImageFacts, PlatformFacts, Resolved, Unresolved
from tagwise.ide.inlay_hints import hint_label
from tagwise.ide.lens_part import LensPart
from tagwise.ide.local_facts import LocalImage, LocalState
from tagwise.ide.phrases import old
from tagwise.oci import media_types
from tagwise.oci.digest import Digest
from tagwise.oci.image_config import ImageConfig
from tagwise.oci.media_types import ArtifactKind
from tagwise.oci.platform import LINUX_AMD64, Platform
from tagwise.oci.tag_catalogue import NewerTags

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
HERE = Digest.of(b"here")
ELSEWHERE = Digest.of(b"elsewhere")
CHOSEN = PlatformFacts(LINUX_AMD64, Digest.of(b"amd64"), 45_100_000, 4)
FACTS = ImageFacts(
    digest=HERE,
    media_type=media_types.OCI_INDEX,
    learned=NOW,
    from_store=False,
    wanted=LINUX_AMD64,
    asked_for=False,
    is_index=True,
    platforms=(CHOSEN,),
    chosen=CHOSEN,
    attestations=0,
    config=ImageConfig(LINUX_AMD64, created=NOW - timedelta(days=3)),
)
ONLY_DIGEST = attrs.evolve(FACTS, platforms=(), chosen=None, config=None, is_fetched=False)
FACTS_ALONE, PIN, UPDATE, NEWER, PULL = LensPart
NOT_HERE = LocalState("Docker")


def has(digest):
    return LocalState("Docker", LocalImage("sha256:1", ("a:1",), 1, (str(digest),), (LINUX_AMD64,)))


def occurrence(line):
    (found,) = dockerfile(f"FROM {line}\n").evaluate(Inputs()).occurrences
    return found


def parts(line, answer, **known):
    known = {"tag": None, "local": None} | known
    return tuple(lens_parts(occurrence(line), answer, **known))


@pytest.mark.parametrize(
    ("line", "known", "expected"),
    [
        ("redis:7", {"answer": Resolved(FACTS)}, (FACTS_ALONE, PIN)),
        ("redis:7", {"answer": Resolved(FACTS), "local": NOT_HERE}, (FACTS_ALONE, PIN, PULL)),
        ("redis:7", {"answer": Resolved(FACTS), "local": has(HERE)}, (FACTS_ALONE, PIN)),
        ("redis:7", {"answer": Resolved(FACTS), "local": has(ELSEWHERE)}, (FACTS_ALONE, PIN, PULL)),
        ("redis:7", {"answer": Resolved(ONLY_DIGEST)}, (PIN,)),
        ("redis:7", {"answer": None}, (PIN,)),
        ("redis:7", {"answer": None, "newer": NewerTags(newest="8")}, (PIN, NEWER)),
        ("redis:7", {"answer": None, "newer": NewerTags()}, (PIN,)),
        ("redis:7", {"answer": None, "local": NOT_HERE, "offline": True}, ()),
        (
            "redis:7",
            {"answer": Resolved(FACTS), "local": NOT_HERE, "offline": True},
            (FACTS_ALONE, PIN),
        ),
        ("redis:7", {"answer": Unresolved(Ignorance.UNREACHABLE, "down")}, (PIN,)),
        ("redis:7", {"answer": Unresolved(Ignorance.NOT_FOUND, "gone"), "local": NOT_HERE}, ()),
        (f"redis:7@{HERE}", {"answer": None}, ()),
        (f"redis:7@{HERE}", {"answer": Resolved(FACTS)}, (FACTS_ALONE,)),
        (f"redis:7@{HERE}", {"answer": Resolved(FACTS), "tag": Resolved(FACTS)}, (FACTS_ALONE,)),
        (
            f"redis:7@{ELSEWHERE}",
            {"answer": None, "tag": Resolved(FACTS)},
            (UPDATE,),
        ),
        ("scratch", {"answer": None, "local": NOT_HERE}, ()),
        ("${NOWHERE}", {"answer": None, "local": NOT_HERE}, ()),
    ],
)
def test_each_part_stands_where_it_is_known(line, known, expected):
    assert parts(line, known.pop("answer"), **known) == expected


def test_an_artifact_is_not_pulled_and_has_no_platform():
    chart = attrs.evolve(ONLY_DIGEST, kind=ArtifactKind.HELM_CHART, is_fetched=True)
    assert parts("ghcr.io/a/chart:1", Resolved(chart), local=NOT_HERE) == (PIN,)


@pytest.mark.parametrize(
    ("change", "title"),
    [
        ({}, "linux/amd64 · 45.1 MB · 3 days old"),
        ({"config": None}, "linux/amd64 · 45.1 MB"),
        ({"chosen": attrs.evolve(CHOSEN, size=None)}, "linux/amd64 · 3 days old"),
        ({"chosen": attrs.evolve(CHOSEN, platform=None)}, "45.1 MB · 3 days old"),
        ({"config": ImageConfig(LINUX_AMD64, created=datetime(1970, 1, 1, tzinfo=UTC))},
         "linux/amd64 · 45.1 MB"),
        ({"chosen": None, "config": None}, ""),
        ({"chosen": None, "asked_for": True, "wanted": Platform("linux", "s390x")},
         "no image for linux/s390x"),
    ],
)  # fmt: skip
def test_the_title_leaves_out_what_is_not_known(change, title):
    assert facts_title(attrs.evolve(FACTS, **change), now=NOW) == title


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(days=3), "3 days old"),
        (timedelta(days=800), "2 years old"),
        (timedelta(seconds=1), "made just now"),
        (timedelta(days=-3), ""),
    ],
)
def test_how_old_something_is(ago, said):
    assert old(NOW - ago, NOW) == said


@pytest.mark.parametrize(
    ("line", "answer", "tag", "label"),
    [
        ("redis:7", Resolved(ONLY_DIGEST), None, f"sha256:{HERE.short}"),
        ("redis:7", None, None, None),
        ("redis:7", Unresolved(Ignorance.RATE_LIMITED, "later"), None, None),
        (f"redis:7@{HERE}", Resolved(FACTS), Resolved(FACTS), "3 days old"),
        (f"redis:7@{HERE}", Resolved(ONLY_DIGEST), None, None),
        (
            f"redis:7@{ELSEWHERE}",
            Resolved(attrs.evolve(FACTS, digest=ELSEWHERE)),
            Resolved(FACTS),
            "behind its tag",
        ),
    ],
)
def test_a_hint_says_what_the_line_does_not(line, answer, tag, label):
    assert hint_label(occurrence(line), answer, tag=tag, now=NOW) == label


def test_nothing_stands_behind_what_is_no_image():
    skipped = attrs.evolve(occurrence("redis:7"), skipped=Skip(SkipReason.STAGE, "a stage"))
    assert hint_label(skipped, Resolved(FACTS), tag=None, now=NOW) is None


def test_where_builders_mean_several_images_nothing_stands_over_them():
    first = attrs.evolve(occurrence("redis:7"), variant="api")
    same = attrs.evolve(first, variant="web")
    other = attrs.evolve(occurrence("redis:8"), variant="web")
    elsewhere = attrs.evolve(first, span=attrs.evolve(first.span, end=99), role=Role.COPY_SOURCE)
    assert list(one_of_each_place((first, same))) == [first]
    assert list(one_of_each_place((first, attrs.evolve(other, span=first.span), elsewhere))) == [
        elsewhere
    ]
