"""Which credential helpers are started: a user's own, and none that a stranger's files bring along."""

import json

import attrs
import pytest

from tagwise.cli.parts import build_keychain, guarded

HELPER = """\
#!/bin/sh
echo "$@" >> {ran}
echo '{{"ServerURL": "", "Username": "somebody", "Secret": "secret"}}'
"""


@attrs.frozen
class Helper:
    """A credential helper in a folder of the PATH."""

    program: object
    ran: object

    @property
    def has_run(self):
        return self.ran.exists()


@pytest.fixture
def install(program, tmp_path):
    def install(folder, home=tmp_path):
        folder.mkdir(parents=True, exist_ok=True)
        ran = tmp_path / "ran"
        helper = folder / "docker-credential-evil"
        helper.write_text(HELPER.format(ran=ran))
        helper.chmod(0o755)
        configuration = home / ".docker" / "config.json"
        configuration.parent.mkdir(exist_ok=True)
        configuration.write_text(json.dumps({"credsStore": "evil"}))
        environment = {
            **program.environment,
            "PATH": f"{folder}:{program.environment['PATH']}",
            "HOME": str(home),
        }
        return Helper(attrs.evolve(program, environment=environment), ran)

    return install


ASKING = ["digest", "inspect", "tags", "layers", "doctor", "check"]


def arguments(verb, host):
    match verb:
        case "tags":
            return verb, f"{host}/library/alpine"
        case "check":
            return verb, "."
        case _:
            return verb, f"{host}/library/alpine:3.22"


@pytest.mark.parametrize("verb", ASKING)
def test_no_command_starts_a_helper_out_of_the_folder_it_is_started_in(install, program, hub, verb):
    program.write({"Dockerfile": f"FROM {hub.host}/library/alpine:3.22\n"})
    helper = install(program.folder / "bin")
    helper.program(*arguments(verb, hub.host))
    assert not helper.has_run


@pytest.mark.parametrize("verb", [each for each in ASKING if each != "check"])
def test_a_helper_outside_is_the_users_own(install, program, hub, tmp_path, verb):
    helper = install(tmp_path / "bin")
    helper.program(*arguments(verb, hub.host))
    assert helper.has_run


def test_no_helper_is_started_out_of_the_repository_that_the_folder_is_in(install, program, hub):
    program.write({".git/HEAD": "", "deep/down/Dockerfile": ""})
    helper = install(program.folder / "bin")
    down = attrs.evolve(helper.program, folder=program.folder / "deep" / "down")
    down(*arguments("digest", hub.host))
    assert not helper.has_run


@pytest.mark.parametrize("where", ["home", "above", "a repository"])
def test_who_stands_in_their_home_or_above_uses_the_helpers_in_it(
    install, program, hub, tmp_path, where
):
    """As who opens all of their home in an editor does."""
    home = tmp_path / "user"
    helper = install(home / "bin", home)
    if where == "a repository":
        (home / ".git").mkdir()
    folder = tmp_path if where == "above" else home
    (folder / "Dockerfile").write_text(f"FROM {hub.host}/library/alpine:3.22\n")
    standing = attrs.evolve(helper.program, folder=folder)
    standing("digest", f"{hub.host}/library/alpine:3.22")
    assert helper.has_run
    helper.ran.unlink()
    standing("pin", ".")
    assert helper.has_run


async def test_no_helper_for_an_engines_pull_either(install, program, monkeypatch, tmp_path):
    helper = install(program.folder / "bin")
    for name in ("PATH", "HOME"):
        monkeypatch.setenv(name, helper.program.environment[name])
    for folder, runs in ((program.folder, False), (tmp_path, True)):
        monkeypatch.chdir(folder)
        keychain = build_keychain()
        await keychain.credential("r.example", "a/app")
        await keychain.aclose()
        assert helper.has_run is runs


def test_who_stands_in_a_folder_that_is_gone_is_served(tmp_path, monkeypatch):
    gone, root = tmp_path / "gone", tmp_path / "root"
    gone.mkdir()
    monkeypatch.chdir(gone)
    assert guarded((root, gone, root)) == (root, gone)
    gone.rmdir()
    assert guarded((root,)) == (root,)
