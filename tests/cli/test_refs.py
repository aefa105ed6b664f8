"""`tagwise refs`: what is listed, in which order, and the JSON that others rely on."""

import json
import os

from tagwise.documents.languages import LANGUAGES
from tagwise.oci.digest import Digest

KNOWN = " or ".join(each.id for each in LANGUAGES)


def listed(ended):
    return ended.out.splitlines()


def items(ended):
    return json.loads(ended.out)


def span(line, start, end):
    return {
        "start": {"line": line, "character": start},
        "end": {"line": line, "character": end},
    }


def test_the_contract_field_by_field(offline):
    offline.write({"Dockerfile": "ARG V=3.12\nFROM python:${V}-slim\n"})
    assert items(offline("refs", "--format", "json")) == [
        {
            "path": "Dockerfile",
            "language": "dockerfile",
            "role": "base-image",
            "range": span(1, 5, 21),
            "text": "python:${V}-slim",
            "resolved": "python:3.12-slim",
            "canonical": "docker.io/library/python:3.12-slim",
            "registry": "docker.io",
            "repository": "library/python",
            "tag": "3.12-slim",
            "digest": None,
            "platform": None,
            "variant": None,
            "origin": [
                {"path": "Dockerfile", "range": span(1, 5, 12)},
                {"path": "Dockerfile", "range": span(0, 6, 10)},
                {"path": "Dockerfile", "range": span(1, 16, 21)},
            ],
            "pinAt": {"path": "Dockerfile", "position": {"line": 1, "character": 21}},
            "skipped": None,
        }
    ]
    assert listed(offline("refs")) == ["Dockerfile:2:6: python:3.12-slim (base-image)"]


def test_positions_are_utf_16_lines_those_of_lsp(offline):
    digest = Digest.of(b"x")
    text = f"# \U0001f40b\x0c\u2028\r\n# a\rb\r\nFROM --platform=linux/arm64 a@{digest}\r\n"
    compose = "services: {b: {labels: ['\U0001f40b'], image: 'c'}}"
    offline.write({"Dockerfile": text, "compose.yaml": compose})
    pinned, plain = items(offline("refs", "--format", "json"))
    assert pinned["range"] == span(3, 28, 28 + len(f"a@{digest}"))
    assert (pinned["tag"], pinned["digest"], pinned["pinAt"]) == (None, str(digest), None)
    assert pinned["canonical"] == f"docker.io/library/a@{digest}"
    assert pinned["platform"] == "linux/arm64"
    start = len(compose.encode("utf-16-le")[: compose.encode("utf-16-le").index(b"'\0c\0")]) // 2
    assert plain["range"] == span(0, start + 1, start + 2)
    assert (plain["language"], plain["role"]) == ("compose", "service-image")
    assert plain["canonical"] == "docker.io/library/c:latest"


def test_all_says_why_something_is_no_image(offline):
    offline.write({
        "Dockerfile": "FROM scratch AS a\nFROM a\nFROM $V\nFROM x:y:z\nFROM alpine\n",
        "compose.yaml": "services:\n  a:\n    build: .\n    image: acme/a:dev\n",
    })  # fmt: skip
    assert [each["resolved"] for each in items(offline("refs", "--format", "json"))] == ["alpine"]
    every = items(offline("refs", "--all", "--format", "json"))
    found = [(e["path"], e["resolved"], e["skipped"] and e["skipped"]["reason"]) for e in every]
    assert found == [
        ("Dockerfile", "scratch", "scratch"),
        ("Dockerfile", "a", "stage"),
        ("Dockerfile", every[2]["resolved"], "unset-variable"),
        ("Dockerfile", "x:y:z", "invalid"),
        ("Dockerfile", "alpine", None),
        ("compose.yaml", "acme/a:dev", "build-output"),
    ]
    for each in every:
        if each["skipped"]:
            assert set(each["skipped"]) == {"reason", "message"}
            assert each["skipped"]["message"]
            assert each["pinAt"] is None
    assert [each["canonical"] for each in every] == [
        None, None, None, None, "docker.io/library/alpine:latest", "docker.io/acme/a:dev",
    ]  # fmt: skip
    text = listed(offline("refs", "--all"))
    assert text[0].startswith("Dockerfile:1:6: scratch (base-image) scratch: ")


def test_what_is_nothing_without_its_variable_is_shown_as_it_is_written(offline):
    offline.write({"compose.yaml": "services:\n  a:\n    image: ${IMAGE}\n"})
    (line,) = listed(offline("refs", "--all"))
    assert line.startswith("compose.yaml:3:12: ${IMAGE} (service-image) unset-variable: ")


def test_builders_that_differ_are_told_apart(offline):
    offline.write({
        "Dockerfile": "ARG B=a:1\nFROM $B\n",
        "compose.yaml": "services:\n  x: {build: {context: ., args: {B: 'b:2'}}}\n  y: {build: .}\n",
    })  # fmt: skip
    every = items(offline("refs", "Dockerfile", "--format", "json"))
    assert [(each["resolved"], each["variant"]) for each in every] == [("b:2", "x"), ("a:1", "y")]


def test_what_is_searched_and_in_which_order(offline):
    image = "FROM alpine\n"
    offline.write({
        ".git/Dockerfile": image,
        ".devcontainer/Dockerfile": image,
        ".gitignore": "node_modules/\n*.generated.Dockerfile\n!keep.generated.Dockerfile\n/top/\n",
        "build/production": image,
        "a-b/Dockerfile": image,
        "a/Dockerfile": image,
        "a/b/Containerfile.dev": image,
        "a/b/.gitignore": "*\n!.gitignore\n!Containerfile.dev\n",
        "a/b/Dockerfile": image,
        "a/node_modules/Dockerfile": image,
        "a/top/Dockerfile": image,
        "compose.yaml": "services: {a: {image: redis}}\n",
        "drop.generated.Dockerfile": image,
        "keep.generated.Dockerfile": image,
        "notes.yaml": "a: b\n",
        "other.yml": "services:\n  a:\n    image: redis\n",
        "Dockerfile.md": image,
        "top/Dockerfile": image,
    })  # fmt: skip
    (offline.folder / "a/loop").symlink_to("..")
    (offline.folder / "linked-folder").symlink_to("a")
    (offline.folder / "Dockerfile.out").symlink_to("/etc/hostname")
    (offline.folder / "Dockerfile.in").symlink_to("build/production")
    (offline.folder / "Dockerfile.again").symlink_to("a/Dockerfile")
    (offline.folder / "Dockerfile.nowhere").symlink_to("nowhere")
    os.mkfifo(offline.folder / "Dockerfile.pipe")
    expected = [
        ".devcontainer/Dockerfile",
        "Dockerfile.in",
        "a/Dockerfile",
        "a/b/Containerfile.dev",
        "a/top/Dockerfile",
        "a-b/Dockerfile",
        "compose.yaml",
        "keep.generated.Dockerfile",
        "other.yml",
    ]
    ended = offline("refs")
    assert [line.partition(":")[0] for line in listed(ended)] == expected
    assert ended.err == ""
    # A part of a repository obeys the rules above it, unless it is what they ignore.
    assert listed(offline("refs", "a/node_modules", "a")) == [
        f"{path}:1:6: alpine (base-image)"
        for path in (*expected[2:4], "a/node_modules/Dockerfile", "a/top/Dockerfile")
    ]


def test_what_cannot_be_read_in_a_folder_is_told_and_passed_over(offline):
    offline.write({
        "Dockerfile": "FROM alpine\n",
        "Dockerfile.binary": b"FROM \xff\xfe\x00",
        "Dockerfile.huge": "#" * (1024 * 1024 + 1),
        "Dockerfile.empty": "",
    })  # fmt: skip
    ended = offline("refs")
    assert listed(ended) == ["Dockerfile:1:6: alpine (base-image)"]
    assert sorted(ended.err.splitlines()) == [
        "tagwise: not read: Dockerfile.binary: no UTF-8 text",
        "tagwise: not read: Dockerfile.huge: larger than 1048576 bytes",
    ]


def test_a_named_file_must_be_one_we_can_read(offline):
    offline.write({"Dockerfile.binary": b"FROM \xff", "notes.txt": "FROM alpine\n"})
    os.mkfifo(offline.folder / "Dockerfile.pipe")
    for name, error in {
        "nowhere": "nowhere: no such file or folder",
        "Dockerfile.binary": "Dockerfile.binary: no UTF-8 text: byte 5 is 0xff",
        "Dockerfile.pipe": "Dockerfile.pipe: no regular file",
        "notes.txt": f"notes.txt: not recognised; say what it is with --language {KNOWN}",
    }.items():
        assert offline("refs", name, code=2).error == error
    named = offline("refs", "--language", "dockerfile", "notes.txt")
    assert listed(named) == ["notes.txt:1:6: alpine (base-image)"]


def test_standard_input(offline):
    ended = offline("refs", "-", "--language", "compose", stdin=b"services: {a: {image: redis}}")
    assert listed(ended) == ["-:1:23: redis (service-image)"]
    error = offline("refs", "-", code=2).error
    assert error == f"standard input needs --language {KNOWN}"
    error = offline("refs", "-", "--language", "hcl", code=2).error
    assert error == f"unknown language 'hcl': use one of {', '.join(each.id for each in LANGUAGES)}"
    error = offline("refs", "-", "--language", "dockerfile", stdin=b"\xff", code=2).error
    assert error == "standard input: no UTF-8 text: byte 0 is 0xff"


def test_a_language_is_for_named_files_only(offline):
    offline.write({"compose.yaml": "services: {a: {image: redis}}\n", "x": "FROM alpine\n"})
    lines = listed(offline("refs", ".", "x", "x", "--language", "dockerfile"))
    assert lines == ["compose.yaml:1:23: redis (service-image)", "x:1:6: alpine (base-image)"]


def test_odd_names_and_hostile_text_do_no_harm(offline):
    folder = os.path.join(os.fsencode(offline.folder), b"\xff")  # noqa: PTH118 - bytes
    os.mkdir(folder)  # noqa: PTH102 - bytes
    offline.write({"line\nbreak/Dockerfile": "FROM alpine\n"})
    with open(folder + b"/Dockerfile", "wb") as file:  # noqa: PTH123 - bytes
        file.write(b"FROM \x1b[31mred\n")
    ended = offline("refs", "--all")
    assert "\x1b" not in ended.out
    assert len(listed(ended)) == 2
    assert [each["path"] for each in items(offline("refs", "--format", "json"))] == [
        "line\nbreak/Dockerfile"
    ]


def test_nothing_found_is_nothing_wrong(offline):
    assert offline("refs").out == ""
    assert items(offline("refs", "--format", "json")) == []


def test_a_great_tree_is_listed_as_its_folders_are(offline):
    """Many files are read by several processes, few by one; what builds what is told in both."""
    compose = "services: {a: {build: {context: '%s', args: {V: '%s'}}}}"
    offline.write(
        {
            f"d{folder}/{name}": text
            for folder in range(6)
            for name, text in {
                "compose.yaml": compose % ("0", folder),
                **{f"{n}/Dockerfile": "ARG V\nFROM python:$V\n" for n in range(40)},
                **{f"k{n}.yaml": "a: b\n" for n in range(40)},
            }.items()
        }
    )
    folders = sorted(f"d{folder}" for folder in range(6))
    whole = items(offline("refs", "--format", "json", "--all"))
    assert len(whole) == 6 * 40
    assert whole == [
        each
        for folder in folders
        for each in items(offline("refs", "--format", "json", "--all", folder))
    ]
    assert {each["resolved"] for each in whole if each["path"] == "d4/0/Dockerfile"} == {"python:4"}
    assert listed(offline("refs", "--all")) == [
        line for folder in folders for line in listed(offline("refs", "--all", folder))
    ]
