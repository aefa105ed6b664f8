"""Another tag goes to where the tag is written, and nowhere else: text in, text out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwise.documents.languages import language_by_id
from tagwise.documents.model import Inputs, SourceText
from tagwise.ide.actions.newer_tag import offer_newer, versioned
from tagwise.ide.edits import Plan, Refusal, applied, merged, retag
from tagwise.oci.tag_catalogue import NewerTags

TARGET = 'target "a" {\n  contexts = { a = "docker-image://python:${V}" }\n}\n'
PIN = "@sha256:" + "a" * 64


def occurrences(text, language="dockerfile", env=None):
    files = {} if env is None else {".env": SourceText(".env", env)}
    syntax = language_by_id(language).parse(text)
    parsed = syntax.evaluate(Inputs(document="file", files=files))
    return tuple(each for each in parsed.occurrences if each.skipped is None)


def moved(text, tag, language="dockerfile", env=None):
    plans = [retag(each, tag) for each in occurrences(text, language, env)]
    assert all(isinstance(plan, Plan) for plan in plans), plans
    edits = merged(plans).edits
    after = applied(text, [edit for edit in edits if edit.place.document == "file"])
    if env is None:
        return after
    return after, applied(env, [edit for edit in edits if edit.place.document == ".env"])


CASES = {
    "a literal": ("FROM python:3.12-slim AS x\r\n", "FROM python:3.13-slim AS x\r\n"),
    "a variable before a flavour": (
        "ARG V=3.12\nFROM python:${V}-slim\n",
        "ARG V=3.13\nFROM python:${V}-slim\n",
    ),
    "a variable that is the tag": (
        "ARG V=3.12-slim\nFROM python:${V}\n",
        "ARG V=3.13-slim\nFROM python:${V}\n",
    ),
    "several variables": (
        "ARG A=3\nARG B=12\nFROM python:${A}.${B}-slim\n",
        "ARG A=3\nARG B=13\nFROM python:${A}.${B}-slim\n",
    ),
    "a variable that is everything": (
        'ARG I="python:3.12-slim"\nFROM $I\n',
        'ARG I="python:3.13-slim"\nFROM $I\n',
    ),
    "a flavour in a variable": (
        "ARG F=slim\nFROM python:3.12-${F}\n",
        "ARG F=slim\nFROM python:3.13-${F}\n",
    ),
    "twice the same": (
        "ARG V=3.12-slim\nFROM python:$V AS a\nFROM python:$V\n",
        "ARG V=3.13-slim\nFROM python:$V AS a\nFROM python:$V\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_in_a_dockerfile(before, after):
    assert moved(before, "3.13-slim") == after


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        (
            "helm-values",
            "image:\n  repository: python\n  tag: '3.12'\n",
            "image:\n  repository: python\n  tag: '3.13'\n",
        ),
        (
            "kustomize",
            "images:\n- name: python\n  newTag: 3.12 # why\n",
            "images:\n- name: python\n  newTag: 3.13 # why\n",
        ),
        (
            "compose",
            "x-a: &i python:3.12\nservices:\n  a: {image: *i}\n",
            "x-a: &i python:3.13\nservices:\n  a: {image: *i}\n",
        ),
        (
            "compose",
            "services:\n  a: {image: 'python:${V:-3.12}'}\n",
            "services:\n  a: {image: 'python:${V:-3.13}'}\n",
        ),
        (
            "bake",
            f'variable "V" {{ default = "3.12" }}\n{TARGET}',
            f'variable "V" {{ default = "3.13" }}\n{TARGET}',
        ),
    ],
)
def test_where_the_tag_comes_from(language, before, after):
    assert moved(before, "3.13", language) == after


def test_in_an_env_file():
    compose = "services:\n  a:\n    image: python:${V}-slim\n"
    after = moved(compose, "3.13-slim", "compose", env="# v\nV=3.12\n")
    assert after == (compose, "# v\nV=3.13\n")


def test_a_pin_keeps_its_place_and_a_comment_is_kept_in_step():
    text = f"image: python{PIN} # 3.12\n"
    workflow = f"jobs:\n  a:\n    container:\n      {text}"
    assert moved(workflow, "3.13", "github-actions") == workflow.replace("3.12", "3.13")
    assert moved(f"FROM python:3.12{PIN}\n", "3.13") == f"FROM python:3.13{PIN}\n"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("ARG V=3.12\nFROM python:$V AS a\nFROM redis:$V\n", "$V is used for something else, too"),
        (
            "ARG V=3.12\nFROM python:$V\nARG V\nRUN pip install x==$V\n",
            "$V is used for something else, too",
        ),
        ("ARG V=3.12\nFROM python:${V}-slim\n", None),
    ],
)
def test_what_changes_with_it_is_said(text, note):
    tag = "3.13-slim" if "slim" in text else "3.13"
    assert retag(occurrences(text)[0], tag).note == note


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("FROM python\n", "dockerfile"),
        (f"FROM python{PIN}\n", "dockerfile"),
        ("ARG V=3.12-alpine\nFROM python:${V%-alpine}-slim\n", "dockerfile"),
        ("ARG V=3\nFROM python:$V.$V-slim\n", "dockerfile"),
    ],
)
def test_where_it_cannot_be_written_there_is_a_reason(text, language):
    (occurrence,) = occurrences(text, language)
    assert isinstance(retag(occurrence, "3.13-slim"), Refusal)


tags = st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2}){0,2}(-slim)?", fullmatch=True)


@given(tags, tags, st.booleans())
def test_the_reference_has_the_tag_afterwards_and_nothing_else_changes(old, new, is_pinned):
    text = f"# {old}\nARG V={old}\nFROM --platform=linux/amd64 python:${{V}}{PIN * is_pinned} as {{}}\n"
    after = moved(text.replace(" as {}", ""), new)
    (reference,) = (each.reference for each in occurrences(after))
    assert reference.tag == new
    assert (reference.digest is not None) == is_pinned
    assert after == text.replace(" as {}", "").replace(f"V={old}\n", f"V={new}\n")


def test_offers_are_by_name_each_tag_once_and_say_what_they_are():
    (occurrence,) = occurrences("FROM python:3.12.4-slim\n")
    newer = NewerTags("3.12.9-slim", "3.13.1-slim", "4.0.2-slim", "4.0.2-slim")
    offers = list(offer_newer(occurrence, newer))
    assert [(each.tag, each.title) for each in offers] == [
        ("3.12.9-slim", "Go to python:3.12.9-slim, the newest patch"),
        ("3.13.1-slim", "Go to python:3.13.1-slim, the next minor version"),
        ("4.0.2-slim", "Go to python:4.0.2-slim, the next major version"),
    ]
    assert [each.title for each in offer_newer(occurrence, None)] == [
        "Go to the newest tag like python:3.12.4-slim"
    ]
    assert not list(offer_newer(occurrence, NewerTags()))


@pytest.mark.parametrize("text", ["FROM python\n", "FROM python:latest\n", f"FROM python{PIN}\n"])
def test_a_tag_without_a_version_has_nothing_newer(text):
    (occurrence,) = occurrences(text)
    assert versioned(occurrence) is None


def test_an_edit_in_another_file_is_said():
    (occurrence,) = occurrences("services:\n  a:\n    image: python:$V\n", "compose", env="V=3.12")
    (offer,) = offer_newer(occurrence, NewerTags(minor="3.13", newest="3.13"), "file")
    assert offer.title == "Go to python:3.13, the next minor version (in .env)"
