"""`tagwise outdated`: what is newer of a line, how it is printed, and how it ends."""

import json

FILES = {
    "Dockerfile": "ARG V=3.12\nFROM python:${V}-slim\nFROM redis\n",
    "compose.yaml": "services:\n  a:\n    image: nginx:1.27-alpine\n",
}


def found(program, **options):
    document = json.loads(program("outdated", "--format", "json", **options).out)
    return {(each["path"], each["tag"]): each["newer"]["newest"] for each in document["outdated"]}


def test_newer_tags_of_the_same_line_are_listed_by_place(program):
    program.write(FILES)
    heading, *rows = program("outdated", code=1).out.splitlines()
    assert heading.split()[:3] == ["PLACE", "IMAGE", "TAG"]
    (row,) = [each for each in rows if "python" in each]
    assert row.split()[:3] == ["Dockerfile:2", "python", "3.12-slim"]
    assert row.split()[3:] == ["-", "3.13-slim", "-", "3.14-slim"]
    assert not any("redis" in each for each in rows)


def test_as_json(program):
    program.write(FILES)
    newest = found(program, code=1)
    assert newest["Dockerfile", "3.12-slim"] == "3.14-slim"


def test_nothing_newer_exits_with_0_and_says_how_much_was_compared(program):
    program.write({"Dockerfile": "FROM python:3.14-slim\n"})
    assert program("outdated").out == "nothing newer for 1 image\n"


def test_what_could_not_be_asked_is_neither_newer_nor_not(program, offline):
    offline.write({"Dockerfile": "FROM python:3.14-slim\n"})
    ended = offline("outdated", code=3)
    assert "Dockerfile:1:6" in ended.error
    ended = offline("outdated", "--offline", code=3)
    assert "not kept on disk" in ended.error


def test_offline_what_was_listed_before_is_compared(program):
    program.write(FILES)
    program("outdated", code=1)
    assert found(program, code=1, env={"TAGWISE_OFFLINE": "1"})["Dockerfile", "3.12-slim"]
