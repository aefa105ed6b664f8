"""Every format's parser, each imported when its first document is read.

Does not know which documents are of which format.
"""

from tagwise.documents.model import Syntax


def nothing(text: str) -> Syntax:
    from tagwise.documents.no_syntax import parse

    return parse(text)


def dockerfile(text: str) -> Syntax:
    from tagwise.documents.dockerfile.syntax import parse

    return parse(text)


def compose(text: str) -> Syntax:
    from tagwise.documents.compose import parse

    return parse(text)


def is_compose(text: str) -> bool:
    from tagwise.documents.compose import looks_like_compose

    return looks_like_compose(text)


def kubernetes(text: str) -> Syntax:
    from tagwise.documents.kubernetes import parse

    return parse(text)


def is_kubernetes(text: str) -> bool:
    from tagwise.documents.kubernetes import looks_like_kubernetes

    return looks_like_kubernetes(text)


def gitlab_ci(text: str) -> Syntax:
    from tagwise.documents.gitlab_ci import parse

    return parse(text)


def circleci(text: str) -> Syntax:
    from tagwise.documents.circleci import parse

    return parse(text)


def azure_pipelines(text: str) -> Syntax:
    from tagwise.documents.azure_pipelines import parse

    return parse(text)


def bitbucket(text: str) -> Syntax:
    from tagwise.documents.bitbucket import parse

    return parse(text)


def woodpecker(text: str) -> Syntax:
    from tagwise.documents.woodpecker import parse

    return parse(text)


def cloud_build(text: str) -> Syntax:
    from tagwise.documents.cloud_build import parse

    return parse(text)


def quadlets(text: str) -> Syntax:
    from tagwise.documents.quadlets import parse

    return parse(text)


def is_quadlet(text: str) -> bool:
    from tagwise.documents.quadlets import looks_like_quadlet

    return looks_like_quadlet(text)


def bake(text: str) -> Syntax:
    from tagwise.documents.bake.syntax import parse

    return parse(text)


def kustomize(text: str) -> Syntax:
    from tagwise.documents.kustomize import parse

    return parse(text)


def helm_values(text: str) -> Syntax:
    from tagwise.documents.helm_values import parse

    return parse(text)


def devcontainer(text: str) -> Syntax:
    from tagwise.documents.devcontainer import parse

    return parse(text)


def github_actions(text: str) -> Syntax:
    from tagwise.documents.github_actions import parse

    return parse(text)
