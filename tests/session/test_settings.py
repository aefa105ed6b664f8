"""Settings: layers over each other, and what a repository has no say in."""

from pathlib import Path

import pytest

from tagwise.oci.platform import Platform
from tagwise.registry.hosts import RegistrySettings
from tagwise.session.files import Files
from tagwise.session.settings import Settings, of_repository, read_settings
from tagwise.session.settings_files import repository_settings, user_settings


def test_a_later_layer_counts_over_an_earlier_one_entry_by_entry():
    user = {"registries": {"docker.io": {"mirrors": ["a"]}, "ghcr.io": {"insecure": True}}}
    editor = {"registries": {"docker.io": {"mirrors": ["b"]}}, "platform": "arm64", "offline": None}
    settings, complaints = read_settings({"offline": True, **user}, editor, None)
    assert complaints == ()
    assert settings.registries == {
        "docker.io": RegistrySettings(mirrors=("b",)),
        "ghcr.io": RegistrySettings(insecure=True),
    }
    assert settings.platform == Platform("linux", "arm64")
    assert settings.offline


def test_what_cannot_be_used_is_told_and_the_default_stands():
    settings, complaints = read_settings(
        {
            "platform": "a/b/c/d",
            "offline": "yes",
            "registries": {"docker.io": {"mirrors": "https://mirror.example", "upstream": 0}},
            "buildArgs": {"A": 1, "B": "2"},
            "exclude": ["docs", 3],
        }
    )
    mirrorless = {"docker.io": RegistrySettings()}
    expected = Settings(registries=mirrorless, build_args={"B": "2"}, exclude=("docs",))
    assert settings == expected
    assert len(complaints) == 6
    for name in ("platform", "offline", "docker.io.mirrors", "docker.io.upstream", "buildArgs.A"):
        assert any(name in complaint for complaint in complaints), name


@pytest.mark.parametrize("mirror", ["ftp://x", "http://", "a b", ""])
def test_a_mirror_that_is_no_address(mirror):
    settings, complaints = read_settings({"registries": {"docker.io": {"mirrors": [mirror]}}})
    assert settings.registries["docker.io"].mirrors == ()
    assert complaints == (
        f"setting registries.docker.io.mirrors: {mirror!r} is no host and no http or https URL",
    )


def test_a_mirror_with_a_password_is_refused_without_telling_it():
    mirrors = {"mirrors": ["https://ann:secret@m.example:5000/hub"]}
    settings, complaints = read_settings({"registries": {"docker.io": mirrors}})
    assert settings.registries["docker.io"].mirrors == ()
    (complaint,) = complaints
    assert complaint.endswith("no user goes into a URL: `docker login m.example:5000`")
    assert "secret" not in complaint


@pytest.mark.parametrize(
    "mirror", ["m.example", "m.example:5000/hub", "http://127.0.0.1:5000", "https://[::1]:1/a/"]
)
def test_a_mirror_that_is_one(mirror):
    settings, complaints = read_settings({"registries": {"docker.io": {"mirrors": [mirror]}}})
    assert (settings.registries["docker.io"].mirrors, complaints) == ((mirror,), ())


@pytest.mark.parametrize(
    ("written", "engine"),
    [
        ("unix:///run/docker.sock", "unix:///run/docker.sock"),
        ("/run/docker.sock", "/run/docker.sock"),
        ("engine.example:2376", "engine.example:2376"),
        ("ssh://me@far", "ssh://me@far"),
        ("", ""),
        (None, ""),
    ],
)
def test_an_engines_address(written, engine):
    settings, complaints = read_settings({"engine": written})
    assert (settings.engine, complaints) == (engine, ())


@pytest.mark.parametrize("written", ["docker", "file:///x", 5, "unix:// x", "--host"])
def test_an_engines_address_that_is_none(written):
    settings, complaints = read_settings({"engine": written})
    assert settings.engine == ""
    assert complaints == (
        f"setting engine: {written!r} is no address such as unix:///var/run/docker.sock",
    )


def test_a_repository_has_no_power():
    kept, complaints = of_repository(
        {"registries": {}, "engine": "/x", "offline": True, "buildArgs": {}, "shape": "round"}
    )
    assert set(kept) == {"buildArgs"}
    assert complaints == (
        "registries: only a user may set this, not a repository",
        "engine: only a user may set this, not a repository",
        "offline: only a user may set this, not a repository",
        "shape: there is no such setting",
    )


def read_from(files):
    return lambda document: files.read(Path(document))


def test_the_nearest_file_counts_and_none_above_the_workspace(tmp_path):
    (tmp_path / "tagwise.toml").write_text("build-args = {FROM = 'above'}\n")
    workspace = tmp_path / "work"
    inner = workspace / "a" / "b"
    inner.mkdir(parents=True)
    files = Files((workspace,))
    assert repository_settings(inner, files, read_from(files)) is None
    (workspace / "pyproject.toml").write_text("[tool.tagwise.build-args]\nFROM = 'project'\n")
    (workspace / "a" / "pyproject.toml").write_text("[tool.other]\n")
    found = repository_settings(inner, files, read_from(files))
    assert (found.folder, found.layer) == (workspace, {"buildArgs": {"FROM": "project"}})
    (workspace / "a" / "tagwise.toml").write_text("[build-args]\nFROM = 'own'\n")
    found = repository_settings(inner, files, read_from(files))
    assert (found.folder, found.layer) == (workspace / "a", {"buildArgs": {"FROM": "own"}})


def test_files_that_are_broken_or_not_there(tmp_path):
    file = tmp_path / "config.toml"
    assert user_settings(file).layer == {}
    assert user_settings(file).complaints == ()
    file.write_text("offline = \n")
    (complaint,) = user_settings(file).complaints
    assert complaint.startswith(f"{file}: no TOML:")
    file.write_text('[registries."docker.io"]\nmirrors = ["m.example"]\n')
    assert user_settings(file).layer == {"registries": {"docker.io": {"mirrors": ["m.example"]}}}
