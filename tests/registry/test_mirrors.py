"""Mirrors and rules the machine's own configuration has, as its engines read them."""

import json

import pytest

from support.registry_world import parse, put
from tagwise.errors import RegistryBlocked
from tagwise.registry.daemon_json import read_daemon_json
from tagwise.registry.hosts import Hosts, RegistrySettings
from tagwise.registry.machine import machine_configuration
from tagwise.registry.mirrors import MachineConfiguration, Mirror, Pulls, RegistryRule
from tagwise.registry.registries_conf import merged, read_registries_conf

HUB = "registry-1.docker.io/library/app"


def rules(text):
    return read_registries_conf(text, origin="registries.conf")


def asked(text, *, settings=None, by_digest=False, **machine):
    """List who would be asked for a reference, and for what; `http:` where over plain http."""
    machine = {"rules": rules(machine.pop("conf", "")), **machine}
    hosts = Hosts(settings or {}, machine=MachineConfiguration(**machine))
    reference = parse(text)
    found = hosts.endpoints(reference.registry, reference.repository, by_digest=by_digest)
    return [f"{each.host}/{each.repository}{' insecure' * each.is_insecure}" for each in found]


def test_nothing_is_said():
    assert asked("app") == [HUB]


def test_mirrors_of_docker_hub():
    mirrors = ("https://mirror.gcr.io", "http://cache.inner.example:5000/hub/")
    expected = ["mirror.gcr.io/library/app", "cache.inner.example:5000/hub/library/app", HUB]
    assert asked("app", hub_mirrors=mirrors) == expected
    assert asked("ghcr.io/a/b", hub_mirrors=mirrors) == ["ghcr.io/a/b"]


def test_the_users_own_mirrors_go_first():
    own = {"docker.io": RegistrySettings(mirrors=("own.example",))}
    conf = 'registry = [{ location = "docker.io", mirror = [{ location = "conf.example" }] }]'
    order = asked("app", settings=own, conf=conf, hub_mirrors=("https://daemon.example",))
    assert [each.partition("/")[0] for each in order] == [
        "own.example",
        "conf.example",
        "daemon.example",
        "registry-1.docker.io",
    ]
    alone = {"docker.io": RegistrySettings(mirrors=("own.example",), upstream=False)}
    assert HUB not in asked("app", settings=alone, hub_mirrors=("https://daemon.example",))


@pytest.mark.parametrize(
    ("conf", "text", "expected"),
    [
        # The examples of containers-registries.conf(5), and what they leave open.
        (
            'prefix = "example.com/foo"\nlocation = "internal.example/bar"',
            "example.com/foo/image",
            ["internal.example/bar/image"],
        ),
        (
            'prefix = "example.com/foo"\nlocation = "internal.example/bar"',
            "example.com/food/image",
            ["example.com/food/image"],
        ),
        ('location = "example.com"\ninsecure = true', "example.com/a", ["example.com/a insecure"]),
        (
            'prefix = "*.example.com"\ninsecure = true',
            "a.b.example.com:5000/x",
            ["a.b.example.com:5000/x insecure"],
        ),
        (
            'prefix = "*.example.com"\nlocation = "one.example"',
            "a.example.com/x",
            ["one.example/x"],
        ),
        ('prefix = "*.example.com"\nlocation = "one.example"', "example.com/x", ["example.com/x"]),
        (
            'prefix = "*.example.com"\nlocation = "one.example"',
            "other.org/a.example.com/x",
            ["other.org/a.example.com/x"],
        ),
        (
            'prefix = "docker.io/library"\nlocation = "quay.io/official"',
            "app",
            ["quay.io/official/app"],
        ),
        ('prefix = "example.com"\nlocation = "docker.io"', "example.com/library/app", [HUB]),
        ('location = "https://example.com/"', "example.com/a", ["example.com/a"]),
        (
            (
                'location = "example.com"\n[[registry.mirror]]\nlocation = "m.example/cache"\n'
                'insecure = true\n[[registry.mirror]]\nlocation = "n.example"'
            ),
            "example.com/a/b",
            ["m.example/cache/a/b insecure", "n.example/a/b", "example.com/a/b"],
        ),
        (
            (
                'prefix = "example.com/team"\nlocation = "example.com/team"\n'
                '[[registry.mirror]]\nlocation = "m.example/t"'
            ),
            "example.com/team/b",
            ["m.example/t/b", "example.com/team/b"],
        ),
    ],
)
def test_rules(conf, text, expected):
    assert asked(text, conf=f"[[registry]]\n{conf}") == expected


def test_the_longest_prefix_counts():
    conf = "\n".join(
        f'[[registry]]\nprefix = "{prefix}"\nlocation = "{location}"'
        for prefix, location in [
            ("example.com", "a.example"),
            ("example.com/x/y", "c.example"),
            ("example.com/x", "b.example"),
        ]
    )
    assert asked("example.com/x/y/z", conf=conf) == ["c.example/z"]
    assert asked("example.com/x/z", conf=conf) == ["b.example/z"]
    assert asked("example.com/z", conf=conf) == ["a.example/z"]


@pytest.mark.parametrize(
    ("options", "by_tag", "by_digest"),
    [
        ('pull-from-mirror = "all"', True, True),
        ('pull-from-mirror = "digest-only"', False, True),
        ('pull-from-mirror = "tag-only"', True, False),
        ("", True, True),
    ],
)
def test_mirrors_for_some_references_only(options, by_tag, by_digest):
    conf = f'[[registry]]\nlocation = "e.example"\n[[registry.mirror]]\nlocation = "m.example"\n{options}'
    assert ("m.example/a" in asked("e.example/a", conf=conf)) is by_tag
    assert ("m.example/a" in asked("e.example/a", conf=conf, by_digest=True)) is by_digest


def test_mirrors_by_digest_only():
    conf = (
        '[[registry]]\nlocation = "e.example"\nmirror-by-digest-only = true\n'
        '[[registry.mirror]]\nlocation = "m.example"'
    )
    assert asked("e.example/a", conf=conf) == ["e.example/a"]
    assert asked("e.example/a", conf=conf, by_digest=True) == ["m.example/a", "e.example/a"]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("r.example", True),
        ("r.example:5000", False),
        ("s.example:5000", True),
        ("10.1.2.3:5000", True),
        ("11.1.2.3", False),
        ("other.example", False),
    ],
)
def test_insecure_hosts_and_networks(host, expected):
    machine = {"insecure": ("r.example", "s.example:5000", "10.7.8.9/8", "no/network")}
    assert (asked(f"{host}/a", **machine) == [f"{host}/a insecure"]) is expected


async def test_what_is_blocked_is_not_asked_for(world, image):
    registry = world.add("r.example")
    put(registry, "app", image, "1")
    world.machine = MachineConfiguration(rules=(RegistryRule("r.example", is_blocked=True),))
    world.restart()
    with pytest.raises(RegistryBlocked, match=r"registries\.conf of this machine"):
        await world.resolver.digest(parse("r.example/app:1"))
    assert registry.requests == []
    assert world.resolver.known_digest(parse("r.example/app:1")) is None


async def test_a_mirror_of_the_daemon_answers_for_docker_hub(world, image):
    put(world.add("mirror.example"), "library/app", image, "1")
    hub = world.hub()
    world.machine = MachineConfiguration(hub_mirrors=("https://mirror.example",))
    world.restart()
    resolution = await world.resolve("app:1")
    assert resolution.digest == image.digest
    assert str(resolution.reference) == "app:1"
    assert hub.requests == []


async def test_another_location_answers_under_another_name(world, image):
    inner = world.add("inner.example")
    put(inner, "hub/app", image, "1")
    rule = RegistryRule("docker.io/library", location="inner.example/hub")
    world.machine = MachineConfiguration(rules=(rule,))
    world.restart()
    assert (await world.resolve("app:1")).config is not None
    assert (await world.client.tags(parse("app"))).tags == ("1",)
    assert all(request.path.startswith("/v2/hub/app/") for request in inner.requests)


async def test_a_mirror_by_digest_only_is_asked_for_digests(world, image):
    mirror, registry = world.add("m.example"), world.add("r.example")
    for each in (mirror, registry):
        put(each, "app", image, "1")
    only = Mirror("m.example", pulls=Pulls.BY_DIGEST)
    world.machine = MachineConfiguration(rules=(RegistryRule("r.example", mirrors=(only,)),))
    world.restart()
    await world.resolve("r.example/app:1")
    assert [request.path for request in registry.requests] == ["/v2/app/manifests/1"]
    assert len(mirror.requests) == 2


def test_the_longest_wildcard_counts():
    conf = "\n".join(
        f'[[registry]]\nprefix = "{prefix}"\nlocation = "{location}"'
        for prefix, location in [("*.example", "a.org"), ("*.b.example", "b.org")]
    )
    assert asked("x.b.example/z", conf=conf) == ["b.org/z"]


OLD = """
[registries.search]
registries = ["docker.io"]
[registries.insecure]
registries = ["i.example", "both.example/team/"]
[registries.block]
registries = ["docker.io/library", "both.example/team"]
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("app", []),
        ("team/app", ["registry-1.docker.io/team/app"]),
        ("i.example/app", ["i.example/app insecure"]),
        ("both.example/team/app", []),
        ("both.example/app", ["both.example/app"]),
    ],
)
def test_the_first_version_of_the_file(text, expected):
    assert asked(text, conf=OLD) == expected


def test_a_file_of_both_versions_counts_as_one_of_the_second(caplog):
    """Podman refuses it (`mixing sysregistry v1/v2 is not supported`)."""
    assert [rule.prefix for rule in rules(f'{OLD}\n[[registry]]\nlocation = "a"')] == ["a"]
    assert "mixes two versions" in caplog.text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[[registry]]",
        '[[registry]]\nlocation = ""',
        '[registries.search]\nregistries = ["docker.io"]',
        'unqualified-search-registries = ["docker.io"]',
        "registry = 7",
        "registry = [7]",
        "= nonsense",
        'registries = "x"',
        "[registries]\nblock = 7\ninsecure = { registries = [7] }",
        '[[registry]]\nlocation = 7\nprefix = ["x"]',
    ],
)
def test_a_registries_conf_without_rules(text):
    assert rules(text) == ()


def test_a_mirror_that_cannot_be_used_is_told(caplog):
    (rule,) = rules(
        '[[registry]]\nlocation = "e"\nmirror = [{}, { location = "m", pull-from-mirror = "x" }]'
    )
    assert rule.mirrors == ()
    assert caplog.text.count("cannot be used") == 2


def test_the_later_file_counts():
    first = rules('[[registry]]\nlocation = "a"\n[[registry]]\nlocation = "b"')
    second = rules('[[registry]]\nlocation = "a"\nblocked = true')
    assert [(rule.prefix, rule.is_blocked) for rule in merged(first, second)] == [
        ("a", True),
        ("b", False),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ((), ())),
        (b" \n", ((), ())),
        (b"{", ((), ())),
        (b"[]", ((), ())),
        (b'{"registry-mirrors": ["https://m"], "debug": true}', (("https://m",), ())),
        (b'{"insecure-registries": ["h:1", "10.0.0.0/8"]}', ((), ("h:1", "10.0.0.0/8"))),
        (b'{"registry-mirrors": null}', ((), ())),
        # moby/daemon/pkg/registry: `ValidateMirror`, and what it strips from an insecure host.
        (b'{"registry-mirrors": ["https://ann:secret@m"]}', ((), ())),
        (
            b'{"registry-mirrors": ["m.example", "ftp://m", "HTTP://m:5000/"]}',
            (("HTTP://m:5000/",), ()),
        ),
        (b'{"insecure-registries": ["http://h:1", "HTTPS://i"]}', ((), ("h:1", "i"))),
        (b'\xef\xbb\xbf{"insecure-registries": ["h:1"]}', ((), ("h:1",))),
        (b"\xef\xbb\xbf", ((), ())),
    ],
)
def test_daemon_json(content, expected):
    found = read_daemon_json(content, origin="daemon.json")
    assert (found.hub_mirrors, found.insecure) == expected


def test_the_files_of_a_machine(tmp_path):
    root, home = tmp_path / "root", tmp_path / "home"

    def write(path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def read(**environment):
        return machine_configuration(environment, home, root=root)

    def prefixes(**environment):
        return [rule.prefix for rule in read(**environment).rules]

    def named(location):
        return f'[[registry]]\nlocation = "{location}"'

    assert read() == MachineConfiguration()
    write(root / "etc/docker/daemon.json", json.dumps({"registry-mirrors": ["https://machine"]}))
    write(home / ".docker/daemon.json", json.dumps({"registry-mirrors": ["https://user"]}))
    assert read().hub_mirrors == ("https://machine", "https://user")

    write(root / "etc/containers/registries.conf", named("machine"))
    write(root / "etc/containers/registries.conf.d/10-a.conf", named("dropped"))
    write(root / "etc/containers/registries.conf.d/no", named("no"))
    assert prefixes() == ["machine", "dropped"]
    write(home / ".config/containers/registries.conf", named("user"))
    write(home / ".config/containers/registries.conf.d/a.conf", named("mine"))
    assert prefixes() == ["user", "dropped", "mine"]
    write(tmp_path / "named.conf", named("named"))
    assert prefixes(CONTAINERS_REGISTRIES_CONF=str(tmp_path / "named.conf"))[0] == "named"
