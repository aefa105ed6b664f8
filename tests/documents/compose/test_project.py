"""Files that make a project together: override files, `extends`, `include`, `COMPOSE_FILE`.

The cases follow the Compose specification's pages ("Merge", "Extends", "Include") and compose-go's
`cli/options.go`.
"""

from collections.abc import Mapping
from textwrap import dedent

import pytest

from support.occurrences import drawn, picture
from tagwise.documents.compose import parse
from tagwise.documents.compose.builds import Build
from tagwise.documents.model import Inputs, ParsedDocument, SourceText


def inputs(
    name: str, files: Mapping[str, str], environment: Mapping[str, str] | None = None
) -> Inputs:
    others = {each: SourceText(f"/w/{each}", dedent(text)) for each, text in files.items()}
    return Inputs(f"/w/{name}", environment or {}, files=others)


def read(name: str, files: Mapping[str, str], **environment: str) -> ParsedDocument:
    others = {each: text for each, text in files.items() if each != name}
    return parse(dedent(files[name])).evaluate(inputs(name, others, environment))


def builds(name: str, files: Mapping[str, str], **environment: str) -> tuple[Build, ...]:
    others = {each: text for each, text in files.items() if each != name}
    return parse(dedent(files[name])).builds(inputs(name, others, environment))


def said(parsed: ParsedDocument) -> list[tuple[str, str | None, str]]:
    return [
        (each.value.text, each.skipped and each.skipped.reason.value, str(each.platform or ""))
        for each in parsed.occurrences
    ]


def args(build: Build) -> dict[str, str]:
    return {name: value.text for name, value in build.builder.args.items()}


BASE = """\
services:
  web:
    image: me/web:1
  db:
    image: postgres:16
"""


def test_what_an_override_builds_is_not_pulled():
    files = {
        "compose.yaml": BASE,
        "compose.override.yaml": """\
            services:
              web: {build: .}
              db: {platform: linux/arm64}
              tool: {image: alpine:3}
            """,
    }
    assert said(read("compose.yaml", files)) == [
        ("me/web:1", "build-output", ""),
        ("postgres:16", None, "linux/arm64"),
    ]
    override = read("compose.override.yaml", files)
    assert said(override) == [("alpine:3", None, "")]
    shown = "\n".join(
        f"{each.span.of(dedent(files['compose.override.yaml']))}: {each.value.text}"
        f" {each.skipped and each.skipped.reason.value} {each.platform}"
        for each in override.inherited
    )
    assert shown == "web: me/web:1 build-output None\ndb: postgres:16 None linux/arm64"


def test_an_override_resets_and_replaces():
    files = {
        "docker-compose.yml": """\
            services:
              a: {image: a:1, build: .}
              b: {image: b:1, platform: linux/arm64}
              c: {image: c:1}
              d: {image: d:1, build: {context: ., args: {A: 1}, target: x}}
            """,
        "docker-compose.override.yml": """\
            services:
              a: {build: !reset null}
              b: {image: !reset null}
              c: !reset null
              d: {build: !override {context: d}}
            """,
    }
    assert said(read("docker-compose.yml", files)) == [
        ("a:1", None, ""),
        ("b:1", "removed", "linux/arm64"),
        ("c:1", "removed", ""),
        ("d:1", "build-output", ""),
    ]
    (build,) = builds("docker-compose.yml", files)
    assert (build.dockerfile, args(build), build.builder.target) == ("d/Dockerfile", {}, None)


def test_builds_are_merged():
    """13-merge.md: mappings by key, sequences appended, else the later file counts."""
    files = {
        "compose.yaml": """\
            services:
              web:
                build:
                  context: web
                  args: {A: base, B: base}
                  platforms: [linux/amd64]
                  additional_contexts: ["x=docker-image://x:1", y=.]
                  target: one
            """,
        "compose.override.yml": """\
            services:
              web:
                build:
                  dockerfile: dev.Dockerfile
                  args: [B=override, C=override]
                  platforms: [linux/amd64, linux/arm64]
                  additional_contexts: {x: docker-image://x:2}
                  target: two
            """,
    }
    (build,) = builds("compose.yaml", files)
    assert build.dockerfile == "web/dev.Dockerfile"
    assert args(build) == {"A": "base", "B": "override", "C": "override"}
    assert build.builder.platforms == ("linux/amd64", "linux/arm64")
    assert build.builder.contexts["x"].text == "docker-image://x:2"
    assert build.builder.target == "two"
    assert builds("compose.override.yml", files) == ()


def test_a_file_that_compose_does_not_take_by_itself_stands_alone():
    files = {"compose.yaml": BASE, "compose.prod.yaml": "services: {web: {build: .}}"}
    assert said(read("compose.yaml", files))[0] == ("me/web:1", None, "")
    assert read("compose.prod.yaml", files).inherited == ()
    files["compose.override.yaml"] = "services: {web: {build: .}}"
    del files["compose.yaml"]
    assert read("compose.override.yaml", files).inherited == ()


@pytest.mark.parametrize(
    ("dotenv", "environment"),
    [
        ("COMPOSE_FILE=compose.yaml:compose.prod.yaml", {}),
        ("COMPOSE_FILE=./compose.yaml,compose.prod.yaml\nCOMPOSE_PATH_SEPARATOR=,", {}),
        ("", {"COMPOSE_FILE": "compose.yaml:compose.prod.yaml"}),
    ],
)
def test_the_order_of_files_by_variable(dotenv, environment):
    files = {
        ".env": dotenv,
        "compose.yaml": BASE,
        "compose.prod.yaml": "services: {web: {build: .}}",
        "compose.override.yaml": "services: {db: {build: .}}",
    }
    found = [skipped for _, skipped, _ in said(read("compose.yaml", files, **environment))]
    assert found == ["build-output", None]


def test_extends_in_the_same_file():
    text = """
    services:
      common:
        image: redis:7
        platform: linux/arm64
      a: {extends: common}
      b:
        extends: {service: a}
        image: redis:8
      c: {extends: {service: b}, build: .}
      d: {extends: d}
      e: {extends: nowhere}
    """
    text = picture(text)
    parsed = parse(text).evaluate(Inputs())
    assert drawn(text, parsed) == picture(
        """
        image: redis:7
               ^^^^^^^ docker.io/library/redis:7, for linux/arm64, pin "image: redis:7|"
        image: redis:8
               ^^^^^^^ docker.io/library/redis:8, for linux/arm64, build-output: it names what c builds
        """
    )
    shown = ParsedDocument(occurrences=parsed.inherited)
    assert drawn(text, shown) == picture(
        """
        a: {extends: common}
        ^ docker.io/library/redis:7, for linux/arm64, no pin: the image is written elsewhere
        c: {extends: {service: b}, build: .}
        ^ docker.io/library/redis:8, for linux/arm64, build-output: it names what c builds
        """
    )


EXTENDS = {
    "compose.yaml": """\
        services:
          web:
            extends: {file: common/services.yaml, service: app}
            build: {args: {B: own}}
        """,
    "common/services.yaml": """\
        services:
          app:
            extends: {file: ../base.yaml, service: base}
            build: {context: ./app, args: {A: "${V}"}}
        """,
    "base.yaml": "services: {base: {image: 'me/base:${V}', platform: linux/arm64}}",
    ".env": "V=3",
}


def test_extends_in_other_files():
    """Paths are those of the file that says them, variables those of the project."""
    (build,) = builds("compose.yaml", EXTENDS)
    assert build.dockerfile == "common/app/Dockerfile"
    assert args(build) == {"A": "3", "B": "own"}
    assert build.builder.platforms == ("linux/arm64",)
    (inherited,) = read("compose.yaml", EXTENDS).inherited
    assert inherited.value.text == "me/base:3"
    assert {place.document for place in inherited.value.origins()} == {"/w/base.yaml", "/w/.env"}


INCLUDE = {
    "compose.yaml": """\
        include:
          - stacks/tools.yaml
          - path: [db/compose.yaml, db/more.yaml]
            project_directory: .
            env_file: [db/db.env]
        services:
          web: {image: redis}
        """,
    "stacks/tools.yaml": """\
        include: [more/compose.yaml]
        services: {tool: {build: {context: tool, args: {V: "$V", W: "$W"}}}}
        """,
    "stacks/more/compose.yaml": "services: {more: {build: .}}\ninclude: [../tools.yaml]",
    "db/compose.yaml": "services: {db: {build: {context: db, args: {V: '$V'}}}}",
    "db/more.yaml": "services: {db: {build: {target: more}}}",
    "stacks/.env": "V=tools\nW=tools",
    "db/db.env": "V=db",
    ".env": "W=own",
}


def test_includes():
    """Each has its own folder and its own `.env`, over which the project's variables win."""
    tool, db, more = builds("compose.yaml", INCLUDE)
    assert (tool.dockerfile, args(tool)) == ("stacks/tool/Dockerfile", {"V": "tools", "W": "own"})
    assert (db.dockerfile, args(db), db.builder.target) == ("db/Dockerfile", {"V": "db"}, "more")
    assert more.dockerfile == "stacks/more/Dockerfile"


@pytest.mark.parametrize("files", [EXTENDS, INCLUDE], ids=["extends", "include"])
def test_the_files_that_are_named(files):
    """Each is named once those that name it are known."""
    syntax = parse(dedent(files["compose.yaml"]))
    known: dict[str, str] = {}
    for _ in range(5):
        names = {*syntax.names, *syntax.named_with(inputs("compose.yaml", known))}
        known = {name: text for name, text in files.items() if name in names}
    assert known.keys() == files.keys() - {"compose.yaml"}


def test_files_of_variables_by_variable():
    """docker compose, `COMPOSE_ENV_FILES`: instead of `.env`, a later one over an earlier.

    What a line uses is looked for in the files before it first (compose-go, `GetEnvFromFile`).
    """
    files = {
        "compose.yaml": "services: {a: {image: 'a:$A-$B-$C'}}",
        ".env": "C=3",
        "one.env": "A=1\nB=1",
        "two.env": "B=2\nC=${A}${B}",
    }
    parsed = read("compose.yaml", files, COMPOSE_ENV_FILES="one.env,two.env")
    assert [each.value.text for each in parsed.occurrences] == ["a:1-2-11"]
    assert read("compose.yaml", files).occurrences[0].value.text == "a:--3"


def test_the_platform_of_all_services():
    """docker compose, `applyPlatforms`."""
    text = """
        services:
          a: {image: a}
          b: {image: b, platform: linux/arm64}
          c: {build: {context: ., platforms: [linux/s390x]}}
          d: {build: .}
        """
    files = {"compose.yaml": text, ".env": "DOCKER_DEFAULT_PLATFORM=linux/amd64"}
    assert [platform for _, _, platform in said(read("compose.yaml", files))] == [
        "linux/amd64",
        "linux/arm64",
    ]
    assert [build.builder.platforms for build in builds("compose.yaml", files)] == [
        ("linux/s390x",),
        ("linux/amd64",),
    ]


def test_chains_that_grow_end():
    lines = [f"  s{n}: {{extends: s{n + 1}}}" for n in range(3000)]
    text = "\n".join(["services:", *lines, "  s3000: {image: a}"])
    assert len(parse(text).evaluate(Inputs()).inherited) < 30


def test_services_of_several_documents_are_one_project():
    """compose-go merges the documents of a file like files."""
    text = """
        services: {a: {image: a:1}, b: {image: b:1}}
        ---
        services: {a: {build: .}, b: {image: !reset null}}
        """
    assert said(read("compose.yaml", {"compose.yaml": text})) == [
        ("a:1", "build-output", ""),
        ("b:1", "removed", ""),
    ]
