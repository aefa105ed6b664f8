"""`tagwise check`: what is found, how it is printed, and how it ends."""

import json
import subprocess

import attrs
import pytest

from tagwise.ide.diagnostics.rule import Asks
from tagwise.ide.diagnostics.rules import RULES

GONE = "sha256:" + "0" * 64


@pytest.fixture
def program(offline, hub):
    """The program with docker.io on loopback and nowhere else: what is not there is nowhere."""
    config = offline.folder.parent / "config.toml"
    config.write_text(f'[registries."docker.io"]\nmirrors = ["{hub.url}"]\nupstream = false\n')
    environment = {**offline.environment, "TAGWISE_CONFIG": str(config)}
    del environment["TAGWISE_MIRROR"]
    return attrs.evolve(offline, environment=environment)


def rules(ended):
    return {item["rule"] for item in json.loads(ended.out)["findings"]}


def found(program, files, *arguments, code=1, **options):
    program.write(files)
    return rules(program("check", "--format", "json", *arguments, code=code, **options))


def test_the_place_is_marked_under_the_line(offline):
    offline.write({"Dockerfile": "FROM alpine:3 AS a\n\tCOPY --from=Bad:1 x y\n"})
    ended = offline("check", "--offline", code=1)
    finding, line, mark, summary = ended.out.splitlines()
    said = "error: invalid reference: the repository name must be lowercase: 'Bad'"
    assert finding == f"Dockerfile:2:14: {said} [invalid-reference]"
    assert line == "     COPY --from=Bad:1 x y"
    assert mark == "                 ^"
    assert summary == "1 error in 1 file"


def test_what_is_empty_is_marked_where_it_is_missing(offline):
    offline.write({"Dockerfile": "FROM a:\nFROM a@\nFROM a:1@\n"})
    ended = offline("check", "--offline", code=1)
    places = [line for line in ended.out.splitlines() if line.endswith("]")]
    assert places == [
        "Dockerfile:1:7: error: invalid reference: the tag is empty [invalid-reference]",
        "Dockerfile:2:7: error: invalid reference: the digest is empty [invalid-reference]",
        "Dockerfile:3:9: error: invalid reference: the digest is empty [invalid-reference]",
    ]


def test_what_workflow_commands_and_reports_escape(offline):
    """GitHub: `escapeProperty` of the toolkit; a name with a line break is one line of output."""
    name = "we,ird:50%\n.Dockerfile"
    offline.write({name: "FROM 日本\n", "Dockerfile": "FROM Bad\n\nFROM Bad\n"})
    lines = offline("check", "--offline", "--format", "github", code=1).out.splitlines()
    assert len(lines) == 3
    assert "file=we%2Cird%3A50%25%0A.Dockerfile,line=1,col=6,endColumn=6," in lines[2]
    items = json.loads(offline("check", "--offline", "--format", "gitlab", code=1).out)
    prints = [each["fingerprint"] for each in items]
    assert len({*prints}) == 3
    offline.write({"Dockerfile": "# new\nFROM scratch\nFROM Bad\n\nFROM Bad\n"})
    again = json.loads(offline("check", "--offline", "--format", "gitlab", code=1).out)
    assert [each["fingerprint"] for each in again] == prints
    assert [each["location"]["lines"]["begin"] for each in again] == [3, 5, 1]


def test_wide_and_combining_characters_keep_the_mark_in_place(offline):
    offline.write({"compose.yaml": 'services:\n  a: {"x-日本": "e\u0301", image: Bad}\n'})
    ended = offline("check", "--offline", code=1)
    line, mark = ended.out.splitlines()[1:3]
    # 日本 take two columns each, the accent none.
    assert line.index("Bad") + 2 - 1 == mark.index("^")


def test_what_is_clean_says_so_and_exits_with_0(program):
    program.write({"Dockerfile": "FROM alpine:3.22\n"})
    assert program("check").out == "nothing found in 1 file\n"


def test_what_the_registry_does_not_have(program):
    files = {
        "Dockerfile": "FROM alpine:3.2222\n",
        "a/Dockerfile": f"FROM alpine:3.22@{GONE}\n",
        "b/Dockerfile": "FROM --platform=linux/arm64 alpine:3.22\n",
        "c/compose.yaml": "services:\n  a:\n    image: acme/arm-only:1\n    platform: linux/s390x\n",
    }
    assert found(program, files) == {
        "not-found",
        "digest-gone",
        "platform-missing",
        "FromPlatformFlagConstDisallowed",
    }
    out = program("check", "Dockerfile", code=1).out
    assert "there is 3.22" in out
    out = program("check", "c", code=1).out
    assert "acme/arm-only:1 has no image for linux/s390x, but for linux/arm64" in out


def test_a_base_image_for_another_platform_is_taken_all_the_same(program):
    """BuildKit's InvalidBaseImagePlatform, in its words; an index would stop the build."""
    text = "FROM --platform=linux/amd64 acme/arm-only:1\n"
    constant = "FromPlatformFlagConstDisallowed"
    assert found(program, {"Dockerfile": text}) == {"InvalidBaseImagePlatform", constant}
    said = (
        'Base image acme/arm-only:1 was pulled with platform "linux/arm64", expected "linux/amd64"'
        " for current build"
    )
    assert said in program("check", code=1).out
    for skipped in ("InvalidBaseImagePlatform", "all"):
        rest = {constant} - ({constant} if skipped == "all" else set())
        files = {"Dockerfile": f"# check=skip={skipped}\n{text}"}
        assert found(program, files, code=1 if rest else 0) == rest
    fitting = {"Dockerfile": "FROM --platform=linux/arm64 acme/arm-only:1\n"}
    assert found(program, fitting) == {constant}


@pytest.mark.parametrize("part", ["index", "platform"])
def test_a_digest_that_is_another_repositorys(program, part):
    options = ("--platform", "linux/arm64") if part == "platform" else ()
    digest = program("digest", "node:22-slim", *options).out.strip()
    files = {
        "Dockerfile": f"FROM python:3.12-slim@{digest}\n",
        "a/Dockerfile": "FROM node:22-slim\n",
    }
    assert found(program, files) == {"digest-gone", "digest-mismatch"}
    out = program("check", code=1).out
    assert "the digest is that of node:22-slim: python does not have it [digest-mismatch]" in out
    # Nothing here tells whose it is.
    assert found(program, {**files, "a/Dockerfile": "FROM alpine:3.22\n"}) == {"digest-gone"}


def test_an_image_that_was_copied_has_its_digest_in_both_places(program, registry):
    digest = program("digest", "node:22-slim").out.strip()
    body = program("inspect", "--format", "raw", "node:22-slim").raw
    for name in ("22", digest):
        registry.put_manifest("acme/node", name, body, json.loads(body)["mediaType"])
    files = {"Dockerfile": f"FROM acme/node:22@{digest}\nFROM node:22-slim\n"}
    assert found(program, files, code=0) == set()


def pinned(program, each):
    name = each.repository.removeprefix("library/")
    program.write({"Dockerfile": f"FROM {name}:{each.tag}@{each.old}\n"})


def test_a_moved_tag_is_a_hint(program, moved):
    pinned(program, moved[0])
    out = program("check").out
    assert f"hint: python:3.12-slim has moved to sha256:{moved[0].new.short}; linux/" in out
    program("check", "--fail-on", "hint", code=1)


def test_a_tag_that_moved_for_another_platform_alone_is_no_news(program, moved):
    """The demonstration's redis: its index has one more platform, linux/amd64 got nothing new."""
    pinned(program, moved[1])
    program.write({"tagwise.toml": 'platform = "linux/amd64"\n'})
    assert program("check", "--fail-on", "hint").out == "nothing found in 1 file\n"


def test_a_registry_that_is_not_there_is_neither_clean_nor_dirty(offline):
    offline.write({"Dockerfile": "FROM alpine:3.22\n"})
    ended = offline("check", code=3)
    assert ended.out == "nothing found, 1 could not be asked in 1 file\n"
    assert "Dockerfile:1:6" in ended.error
    assert offline("check", "--offline").out == "nothing found in 1 file\n"


def test_files_that_are_none_of_ours_can_be_passed_over(offline):
    offline.write(
        {"README.md": "FROM Bad\n", "logo.png": b"\x89PNG\xff", "Dockerfile": "FROM Bad\n"}
    )
    names = ("README.md", "logo.png", "Dockerfile")
    assert "README.md: not recognised" in offline("check", "--offline", *names, code=2).error
    ended = offline("check", "--offline", "--ignore-unknown", *names, code=1)
    assert ended.out.endswith("1 error in 1 file\n")
    ended = offline("check", "--offline", "--ignore-unknown", *names[:2])
    assert ended.out == "nothing found in no files\n"
    missing = offline("check", "--offline", "--ignore-unknown", "lost.yaml", code=2)
    assert "lost.yaml: no such file" in missing.error


def test_what_is_found_counts_though_something_could_not_be_asked(offline):
    offline.write({"Dockerfile": "FROM alpine:3.22\nFROM Bad\n"})
    assert "[invalid-reference]" in offline("check", code=1).out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], 0),
        (["--fail-on", "hint"], 1),
        (["--fail-on", "information"], 0),
        (["--fail-on", "hint", "--ignore", "untagged,latest"], 0),
        (["--fail-on", "hint", "--select", "latest"], 1),
        (["--select", "unpinned"], 1),
        (["--select", "no-such-rule"], 2),
        (["--fail-on", "never"], 2),
    ],
)
def test_what_counts_is_chosen(offline, arguments, code):
    offline.write({"Dockerfile": "FROM alpine\nFROM redis:latest\n"})
    offline("check", "--offline", *arguments, code=code)


def test_rules_are_switched_by_settings_and_comments(offline):
    files = {
        "Dockerfile": "# tagwise: ignore[untagged]\nFROM alpine\nFROM redis\nFROM a/b:latest\n",
        "legacy/Dockerfile": "FROM alpine\n",
        "compose.yaml": "services:\n  a:\n    image: redis # tagwise: ignore[*]\n",
        "tagwise.toml": '[rules]\nuntagged = "error"\n[ignore.paths]\n"legacy/" = ["untagged"]\n'
        '[ignore.images]\n"docker.io/a" = ["latest"]\n',
    }
    offline.write(files)
    out = offline("check", "--offline", code=1).out
    assert [line for line in out.splitlines() if line.endswith("]")] == [
        "Dockerfile:3:6: error: redis has no tag: that means redis:latest [untagged]"
    ]


def test_a_setting_that_names_no_rule_is_told(offline):
    offline.write({"Dockerfile": "FROM a:1\n", "tagwise.toml": '[rules]\nnope = "off"\n'})
    assert "there is no such rule" in offline("check", "--offline").err


def test_only_allowed_registries(offline):
    files = {
        "Dockerfile": "FROM ghcr.io/a/b:1\nFROM alpine:1\nFROM x.example.com/c:1\n",
        "tagwise.toml": 'allowed = ["docker.io/library", "*.example.com"]\n'
        '[rules]\nregistry-not-allowed = "error"\n',
    }
    offline.write(files)
    lines = offline("check", "--offline", code=1).out.splitlines()
    assert len([line for line in lines if "[registry-not-allowed]" in line]) == 1
    assert lines[0].startswith("Dockerfile:1:6: error: ghcr.io/a/b ")


def test_one_image_in_different_tags(offline):
    files = {
        "Dockerfile": "FROM alpine:1\n",
        "b/compose.yaml": "services: {a: {image: alpine:2}}\n",
    }
    select = ("--offline", "--select", "same-image-different-tags")
    assert found(offline, files, *select) == {"same-image-different-tags"}
    assert (
        found(offline, {"b/compose.yaml": "services: {a: {image: alpine:1}}\n"}, *select, code=0)
        == set()
    )


def test_only_what_has_changed_since_a_revision(offline):
    def git(*arguments):
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments]
        subprocess.run(command, cwd=offline.folder, check=True, capture_output=True)

    offline.write({"old/Dockerfile": "FROM Bad\n", "Dockerfile": "FROM alpine:1\n"})
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "x")
    changed = ("check", "--offline", "--changed-since", "HEAD")
    assert offline(*changed).out == "nothing found in no files\n"
    offline.write({"Dockerfile": "FROM Worse\n", "new/Dockerfile": "FROM Worst\n"})
    out = offline(*changed, code=1).out
    assert "Dockerfile:1:6" in out
    assert "new/Dockerfile:1:6" in out
    assert "old/" not in out
    assert "no-such-revision" in offline(*changed[:-1], "no-such-revision", code=2).error


def test_sarif_as_its_specification_has_it(offline):
    """SARIF 2.1.0: 3.13 log, 3.14 run, 3.27 result, 3.30 region, 3.49 rule, 3.20 invocation."""
    offline.write({"a b/Dockerfile": "FROM alpine:1 AS a\nCOPY --from=Bad:1 x y\n"})
    log = json.loads(offline("check", "--format", "sarif", code=1).out)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    levels = {"none", "note", "warning", "error"}
    assert {rule["defaultConfiguration"]["level"] for rule in rules} <= levels
    (result,) = run["results"]
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == "invalid-reference"
    assert result["level"] == "error"
    assert result["message"]["text"]
    (location,) = result["locations"]
    physical = location["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "a%20b/Dockerfile"
    region = {"startLine": 2, "startColumn": 13, "endLine": 2, "endColumn": 14}
    assert physical["region"] == region
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is True
    (notification,) = invocation["toolExecutionNotifications"]
    assert "alpine:1" in notification["message"]["text"]


def test_github_and_gitlab(offline):
    offline.write({"a,b/Dockerfile": "FROM Bad:1\n"})
    said = "invalid reference: the repository name must be lowercase: 'Bad'"
    place = "file=a%2Cb/Dockerfile,line=1,col=6,endColumn=6,title=invalid-reference"
    out = offline("check", "--format", "github", code=1).out
    assert out == f"::error {place}::{said}\n"
    (item,) = json.loads(offline("check", "--format", "gitlab", code=1).out)
    fingerprint = item.pop("fingerprint")
    assert item == {
        "description": said,
        "check_name": "invalid-reference",
        "severity": "major",
        "location": {"path": "a,b/Dockerfile", "lines": {"begin": 1}},
    }
    offline.write({"a,b/Dockerfile": "# moved\nFROM Bad:1\n"})
    (moved,) = json.loads(offline("check", "--format", "gitlab", code=1).out)
    assert moved["fingerprint"] == fingerprint


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_registries_are_asked_what_the_rules_need(program, registry, rule):
    """A pull of Docker Hub is a GET of a manifest; a rule about the text alone asks nobody."""
    program.write({"Dockerfile": "FROM python:3.12-slim\nFROM alpine:9@" + GONE + "\n"})
    registry.requests.clear()
    program("check", "--select", rule.id, "--fail-on", "error", code=None)
    methods = {each.method for each in registry.requests if "/manifests/" in each.path}
    match rule.asks:
        case Asks.NOTHING:
            assert registry.requests == []
        case Asks.DIGEST:
            assert methods
        case Asks.IMAGE:
            assert "GET" in methods


def test_what_no_rule_needs_to_know_is_not_missed(offline):
    offline.write({"Dockerfile": "FROM alpine:3\nFROM redis\n"})
    assert offline("check", "--select", "latest,untagged").err == ""
    off = ["digest-mismatch", "InvalidBaseImagePlatform", "not-found", "digest-gone", "tag-deleted"]
    off += ["platform-missing", "drift"]
    offline("check", "--ignore", ",".join(off))
    offline.write({"tagwise.toml": '[ignore.paths]\n"Dockerfile" = ["*"]\n'})
    assert offline("check").err == ""
