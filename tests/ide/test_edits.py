"""Pin, update and unpin to the byte (SEMANTICS, "Edits"): text in, text out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwise.documents.languages import language_by_id
from tagwise.documents.model import Inputs, SourceText
from tagwise.documents.traced import Place, Span
from tagwise.ide.actions.pin import offer_pin
from tagwise.ide.actions.unpin import offer_unpin
from tagwise.ide.actions.update_pin import followed, offer_update
from tagwise.ide.edits import Edit, Plan, Refusal, applied, merged, pin, unpin, update
from tagwise.oci.digest import Digest

OLD, NEW = Digest.of(b"old"), Digest.of(b"new")


def occurrences(text, language="dockerfile", env=None):
    files = {} if env is None else {".env": SourceText(".env", env)}
    syntax = language_by_id(language).parse(text)
    parsed = syntax.evaluate(Inputs(document="file", files=files))
    return tuple(each for each in parsed.occurrences if each.skipped is None)


def done(text, verb, language="dockerfile", env=None):
    """Apply `verb` to every reference; give the text, or the texts with their .env."""
    found = occurrences(text, language, env)
    plans = [plan for each in found if isinstance(plan := verb(each), Plan)]
    edits = merged(plans).edits
    after = applied(text, [edit for edit in edits if edit.place.document == "file"])
    if env is None:
        assert all(edit.place.document == "file" for edit in edits)
        return after
    return after, applied(env, [edit for edit in edits if edit.place.document == ".env"])


def pinned(occurrence, digest=OLD):
    return pin(occurrence, digest)


def updated(occurrence):
    return update(occurrence, NEW)


def fill(text):
    return text.replace("{}", f"@{OLD}")


PINS = {
    "a literal": ("FROM alpine:3.22\n", "FROM alpine:3.22{}\n"),
    "no tag": ("FROM alpine\n", "FROM alpine:latest{}\n"),
    "no last newline": ("FROM alpine:3.22", "FROM alpine:3.22{}"),
    "CRLF": ("FROM alpine:3.22\r\nRUN x\r\n", "FROM alpine:3.22{}\r\nRUN x\r\n"),
    "a BOM": ("\ufeffFROM alpine:3.22\n", "\ufeffFROM alpine:3.22{}\n"),
    "blanks, a platform, a name": (
        "from  --platform=linux/amd64\tdocker.io/library/alpine:3.22  As  base \n",
        "from  --platform=linux/amd64\tdocker.io/library/alpine:3.22{}  As  base \n",
    ),
    "quotes": ('FROM "alpine:3.22"\n', 'FROM "alpine:3.22{}"\n'),
    "the value ends it": ("ARG V=3.22\nFROM alpine:${V}\n", "ARG V=3.22{}\nFROM alpine:${V}\n"),
    "the value is all of it": ("ARG I=alpine\nFROM $I\n", "ARG I=alpine:latest{}\nFROM $I\n"),
    "one value, the same image twice": (
        "ARG V=3.22\nFROM alpine:$V AS a\nFROM alpine:$V\n",
        "ARG V=3.22{}\nFROM alpine:$V AS a\nFROM alpine:$V\n",
    ),
    "one value, two images": (
        "ARG V=3\nFROM alpine:$V AS a\nFROM redis:$V\n",
        "ARG V=3\nFROM alpine:${V}{} AS a\nFROM redis:${V}{}\n".replace("${V}", "$V"),
    ),
    "a value in the middle": (
        "ARG V=3.12\nFROM python:${V}-slim\n",
        "ARG V=3.12\nFROM python:${V}-slim{}\n",
    ),
    "a value something else reads": (
        "ARG V=3.12\nFROM python:${V}\nARG V\nRUN pip install x==$V\n",
        "ARG V=3.12\nFROM python:${V}{}\nARG V\nRUN pip install x==$V\n",
    ),
    "a continuation inside": (
        "FROM alp\\\n  # note\nine:3\\\n.22 AS x\n",
        "FROM alp\\\n  # note\nine:3\\\n.22{} AS x\n",
    ),
    "every place": (
        (
            "# syntax=docker/dockerfile:1\nFROM a:1\nCOPY --from=b:2 / /\n"
            "RUN --mount=type=bind,from=c:3,target=/x ls\nONBUILD COPY --from=d:4 / /\n"
        ),
        (
            "# syntax=docker/dockerfile:1{}\nFROM a:1{}\nCOPY --from=b:2{} / /\n"
            "RUN --mount=type=bind,from=c:3{},target=/x ls\nONBUILD COPY --from=d:4{} / /\n"
        ),
    ),
    "characters beyond the BMP": (
        "# \U0001f40b\x0c\u2028\nFROM alpine:3\n",
        "# \U0001f40b\x0c\u2028\nFROM alpine:3{}\n",
    ),
}


@pytest.mark.parametrize("case", PINS)
def test_pin_in_a_dockerfile(case):
    before, expected = PINS[case]
    after = done(before, pinned)
    assert after == fill(expected)
    assert done(after, lambda each: pin(each, NEW)) == after, "pinning twice changes nothing"
    assert done(after, updated) == after.replace(str(OLD), str(NEW))
    if ":latest" not in expected:
        assert done(after, unpin) == before


def compose(image, before="", after=""):
    return f"{before}services:\n  a:\n    image: {image}\n{after}"


COMPOSE_PINS = {
    "plain": (compose("redis:7"), compose("redis:7{}")),
    "single quotes": (compose("'redis:7'  # note"), compose("'redis:7{}'  # note")),
    "double quotes, an escape": (compose(r'"\x72edis:7"'), compose(r'"\x72edis:7{}"')),
    "folded": (compose(">-\n      redis:7"), compose(">-\n      redis:7{}")),
    "flow": ("services: {a: {image: redis:7}}\n", "services: {a: {image: redis:7{}}}\n"),
    "an interpolation's default": (compose("redis:${V:-7}"), compose("redis:${V:-7{}}")),
    "an alias goes to its anchor": (
        compose("*i", before="x-i: &i redis:7\n", after="  b:\n    image: *i\n"),
        compose("*i", before="x-i: &i redis:7{}\n", after="  b:\n    image: *i\n"),
    ),
    "CRLF": (compose("redis:7").replace("\n", "\r\n"), compose("redis:7{}").replace("\n", "\r\n")),
}


@pytest.mark.parametrize("case", COMPOSE_PINS)
def test_pin_in_a_compose_file(case):
    before, expected = COMPOSE_PINS[case]
    after = done(before, pinned, "compose")
    assert after == fill(expected)
    assert done(after, lambda each: pin(each, NEW), "compose") == after
    assert done(after, updated, "compose") == after.replace(str(OLD), str(NEW))
    assert done(after, unpin, "compose") == before


@pytest.mark.parametrize(
    ("text", "env", "expected_text", "expected_env"),
    [
        (compose("redis:$V"), "V=7\n", compose("redis:$V"), "V=7{}\n"),
        (compose("redis:${V}"), "export V='7' # x", compose("redis:${V}"), "export V='7{}' # x"),
        (compose("redis:${V}-a"), "V=7\n", compose("redis:${V}-a{}"), "V=7\n"),
    ],
)
def test_pin_goes_to_the_env_file(text, env, expected_text, expected_env):
    after = done(text, pinned, "compose", env)
    assert after == (fill(expected_text), fill(expected_env))
    assert done(after[0], unpin, "compose", after[1]) == (text, env)


def test_a_pin_behind_a_variable_says_that_it_wins():
    text = "ARG V=3\nFROM alpine:$V AS a\nFROM redis:$V\n"
    plan = pin(occurrences(text)[0], OLD)
    assert plan.note == "the digest wins: $V no longer changes the image"
    assert (
        "the digest wins" in offer_pin(occurrences(text)[0], occurrences(text)[0].reference).title
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("FROM a:1@{old}\n", "FROM a:1@{new}\n"),
        ("FROM a@{old}\n", "FROM a@{new}\n"),
        ("ARG D=@{old}\nFROM a:1$D\n", "ARG D=@{new}\nFROM a:1$D\n"),
        ("ARG D={old}\nFROM a:1@$D\n", "ARG D={new}\nFROM a:1@$D\n"),
        ("ARG V=1@{old}\nFROM a:$V\nFROM a:$V\n", "ARG V=1@{new}\nFROM a:$V\nFROM a:$V\n"),
    ],
)
def test_update_replaces_the_digest_only(before, after):
    assert done(before.format(old=OLD), updated) == after.format(new=NEW)


def test_update_of_a_digest_in_two_pieces():
    old, new = str(OLD), str(NEW)
    text = f"FROM a:1@{old[:30]}\\\n{old[30:]}\n"
    assert done(text, updated) == f"FROM a:1@{new[:30]}\\\n{new[30:]}\n"


def test_unpin_takes_the_continuation_before_it_along():
    assert done(f"FROM a:1\\\n@{OLD} AS x\n", unpin) == "FROM a:1 AS x\n"


def test_a_digest_shared_by_two_images_is_left_alone():
    text = f"ARG D={OLD}\nFROM a:1@$D\nFROM b:1@$D\n"
    assert done(text, updated) == text
    (refusal, _) = [updated(each) for each in occurrences(text)]
    assert refusal == Refusal("the digest comes from $D, which is used for something else, too")


def test_what_is_no_image_is_refused_with_its_reason():
    parsed = language_by_id("dockerfile").parse("FROM scratch\nFROM $X\n").evaluate(Inputs())
    for each in parsed.occurrences:
        for verb in (pinned, updated, unpin):
            assert verb(each) == Refusal(each.skipped.message)


def test_an_unpinned_reference_has_nothing_to_update_or_unpin():
    (image,) = occurrences("FROM a:1\n")
    assert updated(image) == unpin(image) == Refusal("the reference is not pinned to a digest")
    assert offer_update(image, None) is None
    assert offer_unpin(image) is None


def test_what_is_offered():
    (image,) = occurrences("FROM alpine\n")
    assert offer_pin(image, image.reference).title == "Pin alpine:latest to its digest"
    (image,) = occurrences(f"FROM docker.io/library/alpine:3@{OLD}\n")
    assert offer_pin(image, image.reference) is None
    assert offer_unpin(image).title == "Unpin alpine:3: remove its digest"
    assert offer_update(image, None).title == "Update the pin of alpine:3"
    assert offer_update(image, OLD) is None
    assert offer_update(image, NEW).title == f"Update the pin of alpine:3 to sha256:{NEW.short}"
    assert offer_update(image, NEW).preferred


def test_a_digest_alone_follows_the_tag_in_its_comment():
    (bare,) = occurrences(f"FROM a@{OLD}\n")
    assert followed(bare) is None
    (image,) = occurrences(compose(f"redis@{OLD} # 7.2"), "compose")
    assert followed(image).canonical == "docker.io/library/redis:7.2"


def test_edits_of_several_plans_come_once_and_in_order():
    def edit(start, text):
        return Edit(Place("file", Span(start, start)), text)

    plans = [Plan((edit(4, "b"),)), Plan((edit(1, "a"),)), Plan((edit(4, "b"),))]
    assert merged(plans).edits == (edit(1, "a"), edit(4, "b"))
    assert applied("0123456", merged(plans).edits) == "0a123b456"


NAMES = st.sampled_from(["alpine", "a/b:1", "ghcr.io/a/b:2-x", "localhost:5000/c:3"])


@given(
    st.lists(
        st.sampled_from(["FROM {0}", "from\t{0} as x", "COPY --from={0} / /", "FROM  {0}\\\n AS y",
                         "RUN --mount=type=bind,from={0} ls", "# {0}", "RUN echo {0}", "  FROM '{0}'"]),
        max_size=6,
    ),
    st.lists(NAMES, min_size=6, max_size=6),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)  # fmt: skip
def test_pin_and_unpin_change_nothing_else(lines, names, end, last):
    text = end.join(
        line.format(name).replace("\n", end) for line, name in zip(lines, names, strict=False)
    )
    text += end if last else ""
    after = done(text, pinned)
    assert after.replace(f":latest@{OLD}", "").replace(f"@{OLD}", "") == text
    assert after.count(str(OLD)) == len(occurrences(text))
    assert done(after, unpin).replace("alpine:latest", "alpine") == text
