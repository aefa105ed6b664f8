"""Which documents are of which language: by editor's id, by path, by text."""

import pytest

from tagwise.documents.languages import LANGUAGES, language_by_path, language_of


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Dockerfile", "dockerfile"),
        ("/a/DOCKERFILE.prod", "dockerfile"),
        ("a/x.Containerfile", "dockerfile"),
        (".dockerfile", None),
        ("Dockerfile.dockerignore", None),
        ("Dockerfile.j2", None),
        ("Dockerfile~", None),
        ("Dockerfile.d/notes", None),
        ("README.Dockerfile.md", None),
        ("docker-compose.override.yml", "compose"),
        ("compose.prod.yaml", "compose"),
        ("compose.json", None),
        (".github/workflows/compose.yaml", "github-actions"),
        ("/x/.gitea/workflows/ci.yml", "github-actions"),
        (".github/workflows/sub/ci.yml", None),
        (".github/ci.yml", None),
        ("x.github/workflows/ci.yml", None),
        ("a/b/action.yaml", "github-actions"),
        ("reaction.yaml", None),
        (".gitlab-ci.yml", "gitlab-ci"),
        ("templates/deploy.gitlab-ci.yml", "gitlab-ci"),
        (".gitlab/ci/a/b.yaml", "gitlab-ci"),
        (".gitlab/agents/a/config.yaml", None),
        ("overlays/prod/kustomization.yaml", "kustomize"),
        ("Kustomization", "kustomize"),
        ("chart/values.yaml", "helm-values"),
        ("chart/values-prod.yml", "helm-values"),
        ("prod.values.yaml", "helm-values"),
        ("keyvalues.yaml", None),
        (".devcontainer/api/devcontainer.json", "devcontainer"),
        (".devcontainer.json", "devcontainer"),
        ("devcontainer-lock.json", None),
        (".circleci/config.yml", "circleci"),
        ("azure-pipelines.yml", "azure-pipelines"),
        (".azure/pipelines/a/b.yaml", "azure-pipelines"),
        ("bitbucket-pipelines.yml", "bitbucket-pipelines"),
        (".woodpecker.yaml", "woodpecker"),
        (".woodpecker/a/test.yml", "woodpecker"),
        (".drone.yml", "woodpecker"),
        ("cloudbuild.json", "cloud-build"),
        ("api.cloudbuild.yaml", "cloud-build"),
        ("/etc/containers/systemd/proxy.container", "quadlet"),
        ("proxy.container.d/10-image.conf", "quadlet"),
        ("disk.image", None),
        ("docker-bake.hcl", "bake"),
        ("docker-bake.override.json", "bake"),
        ("ci/release.bake.hcl", "bake"),
        ("main.hcl", None),
        ("", None),
        ("\n", None),
    ],
)
def test_paths(path, expected):
    language = language_by_path(path)
    assert (language and language.id) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("services: {a: {image: x}}", "compose"),
        ("apiVersion: v1\nkind: Pod\n", "kubernetes"),
        ("a: b", None),
        ("", None),
    ],
)
def test_texts(text, expected):
    language = language_of("a.yaml", text)
    assert (language and language.id) == expected
    assert language_of("a.txt", text) is None


def test_a_unit_is_read_to_see_what_it_is():
    language = language_of("/x/data.volume", "[Volume]\nImage=a\n")
    assert language is not None
    assert language.id == "quadlet"
    assert language_of("/x/disk.image", "MZ") is None


def test_an_editors_id_counts_over_the_path():
    by_id = language_of("compose.yaml", "", editor_id="kubernetes")
    assert by_id is not None
    assert by_id.id == "kubernetes"
    by_path = language_of("compose.yaml", "", editor_id="yaml")
    assert by_path is not None
    assert by_path.id == "compose"


def test_yaml_that_has_not_been_saved_yet_is_recognised_by_its_text():
    text = "services:\n  web:\n    image: nginx\n"
    unsaved = language_of("Untitled-1", text, editor_id="yaml")
    assert unsaved is not None
    assert unsaved.id == "compose"
    assert language_of("Untitled-1", text, editor_id="plaintext") is None
    assert language_of("notes.txt", text) is None


def test_ids_are_told_apart():
    ids = [each.id for each in LANGUAGES]
    editor_ids = [identifier for each in LANGUAGES for identifier in each.editor_ids]
    assert len(set(ids)) == len(ids)
    assert len(set(editor_ids)) == len(editor_ids)
    assert all(each.editor_ids for each in LANGUAGES)
