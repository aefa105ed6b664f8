"""What a devcontainer.json builds, by the Dev Container metadata reference."""

from tagwise.documents.devcontainer import parse
from tagwise.documents.model import Build, Inputs, Skip, SkipReason


def builds(text: str, **environment: str) -> tuple[Build, ...]:
    return parse(text).builds(Inputs(".devcontainer/devcontainer.json", environment))


def test_what_is_said_to_the_dockerfile():
    (build,) = builds(
        """{
  // the Dockerfile's path is that from this file, not from the context
  "build": {
    "dockerfile": "../docker/Dockerfile",
    "context": "..",
    "args": {
      "VARIANT": "3.13-${localEnv:DISTRO:bookworm}",
      "HOME": "${localEnv:HOME}",
      "ID": "${devcontainerId}",
    },
    "target": "dev",
    "options": ["--platform=linux/arm64", "--build-context", "base=docker-image://alpine:3.22"],
  },
}""",
        HOME="/root",
    )
    assert build.dockerfile == "../docker/Dockerfile"
    said = {
        name: value.reason if isinstance(value, Skip) else value.text
        for name, value in build.builder.args.items()
    }
    assert said == {"VARIANT": "3.13-bookworm", "HOME": "/root", "ID": SkipReason.TEMPLATE}
    assert build.builder.target == "dev"
    assert build.builder.platforms == ("linux/arm64",)
    contexts = {name: value.text for name, value in build.builder.contexts.items()}
    assert contexts == {"base": "docker-image://alpine:3.22"}


def test_the_old_spelling():
    (build,) = builds('{"dockerFile": "Dockerfile", "build": {"args": {"A": "1"}}}')
    assert build.dockerfile == "Dockerfile"


def test_what_builds_nothing():
    for text in ("", "{", "[]", '{"image": "a"}', '{"build": {"dockerfile": "${localEnv:X}"}}'):
        assert builds(text) == ()
