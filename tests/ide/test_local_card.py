"""What a card says of an image on this machine."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest

from tagwise.ide.facts import ImageFacts, PlatformFacts, Resolved
from tagwise.ide.image_card import image_card
from tagwise.ide.local_card import local_lines
from tagwise.ide.local_facts import LocalImage, LocalState, Standing, standing
from tagwise.ide.markup import WIDTH, columns, to_plain_text
from tagwise.oci import media_types
from tagwise.oci.digest import Digest
from tagwise.oci.image_config import ImageConfig
from tagwise.oci.platform import LINUX_AMD64, Platform
from tagwise.oci.reference import ImageReference

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
INDEX, MANIFEST, CONFIG, OTHER = (Digest("sha256", letter * 64) for letter in "abcd")
PYTHON = ImageReference.parse("python:3.12")
IMAGE = PlatformFacts(LINUX_AMD64, MANIFEST, 1000, 4, image_id=CONFIG)
REMOTE = ImageFacts(
    digest=INDEX,
    media_type=media_types.OCI_INDEX,
    learned=NOW,
    from_store=False,
    wanted=LINUX_AMD64,
    asked_for=False,
    is_index=True,
    platforms=(IMAGE,),
    chosen=IMAGE,
    attestations=0,
    config=ImageConfig(LINUX_AMD64, created=NOW - timedelta(days=2)),
)
LOCAL = LocalImage(
    id=str(OTHER),
    names=("python:3.12",),
    size=142_000_000,
    digests=(str(INDEX),),
    platforms=(LINUX_AMD64,),
    pulled=NOW - timedelta(days=12),
)


def said(local=LOCAL, *, reference=PYTHON, tagged=None, answer=Resolved(REMOTE), engine="Docker"):  # noqa: B008 - frozen
    lines = local_lines(reference, LocalState(engine, local, tagged), answer, now=NOW)
    return ["".join(word.text for word in line) for line in lines]


def test_an_image_that_is_here():
    used = attrs.evolve(LOCAL, containers=("web", "api"))
    assert said(used) == [
        "On this machine: 142 MB on disk, linux/amd64, pulled 12 days ago, used by web, api"
    ]


def test_what_the_engine_has_not_told_is_not_said():
    assert said(attrs.evolve(LOCAL, platforms=(), pulled=None)) == [
        "On this machine: 142 MB on disk"
    ]


def test_an_image_that_was_built_here_was_not_pulled():
    assert said(attrs.evolve(LOCAL, digests=())) == [
        "On this machine: 142 MB on disk, linux/amd64, tagged 12 days ago"
    ]


def test_an_image_whose_tag_has_moved():
    assert said(attrs.evolve(LOCAL, digests=(str(OTHER),))) == [
        "On this machine: 142 MB on disk, linux/amd64",
        "The local image is behind: pulled 12 days ago, the tag names one made 2 days ago",
    ]


def test_an_index_that_moved_for_other_platforms():
    same = attrs.evolve(LOCAL, id=str(CONFIG), digests=(str(OTHER),))
    assert said(same)[1:] == ["Its index has moved since; this platform's image has not"]


def test_an_image_that_is_not_here():
    assert said(None, engine="Podman") == ["Not on this machine (Podman does not have it)"]


def test_a_pin_whose_tag_is_another_here():
    pinned = ImageReference.parse(f"python:3.12@{INDEX}")
    assert said(None, reference=pinned, tagged=LOCAL) == [
        "Not on this machine: its 3.12 is another, dddddddddddd"
    ]


@pytest.mark.parametrize(
    ("text", "local", "answer", "expected"),
    [
        ("python:3.12", LOCAL, Resolved(REMOTE), Standing.CURRENT),
        ("python:3.12", attrs.evolve(LOCAL, digests=()), Resolved(REMOTE), Standing.UNKNOWN),
        ("python:3.12", LOCAL, None, Standing.UNKNOWN),
        # Podman knows a platform's own digest, too; Docker's id is that of the configuration.
        ("a", attrs.evolve(LOCAL, digests=(str(MANIFEST),)), Resolved(REMOTE), Standing.SAME_IMAGE),
        (
            "a",
            attrs.evolve(LOCAL, digests=(str(OTHER),), platforms=(Platform("linux", "arm64"),)),
            Resolved(REMOTE),
            Standing.UNKNOWN,
        ),
        (f"python@{OTHER}", LOCAL, Resolved(REMOTE), Standing.CURRENT),
    ],
)
def test_how_a_local_image_stands_to_the_registrys(text, local, answer, expected):
    assert standing(ImageReference.parse(text), local, answer) is expected


def test_a_card_with_the_longest_state_fits():
    platforms = tuple(Platform("linux", f"arch{n}") for n in range(40))
    shown = attrs.evolve(
        REMOTE, platforms=tuple(attrs.evolve(IMAGE, platform=p) for p in platforms)
    )
    local = attrs.evolve(
        LOCAL,
        platforms=(LINUX_AMD64, Platform("linux", "arm64"), Platform("linux", "s390x")),
        digests=(str(OTHER),),
        containers=tuple(f"container-{n}" for n in range(3)),
    )
    state = LocalState("Docker", local)
    card = to_plain_text(image_card(PYTHON, Resolved(shown), now=NOW, local=state))
    assert max(map(columns, card.splitlines())) <= WIDTH
    assert len(card.splitlines()) <= 25
