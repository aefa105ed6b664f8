"""Whom to ask for a registry, and how."""

import pytest

from tagwise.registry.hosts import Endpoint, Hosts, RegistrySettings, credential_names, is_loopback


def endpoints(registry, **settings):
    return Hosts({registry: RegistrySettings(**settings)}).endpoints(registry, "library/app")


def test_docker_hub_answers_under_another_name_and_counts_pulls():
    (endpoint,) = Hosts({}).endpoints("docker.io", "library/app")
    assert endpoint.origin == "https://registry-1.docker.io"
    assert (endpoint.registry, endpoint.is_metered) == ("docker.io", True)


def test_any_other_registry():
    (endpoint,) = Hosts({}).endpoints("ghcr.io", "a/b")
    assert endpoint == Endpoint("https", "ghcr.io", "ghcr.io", "a/b")
    assert endpoint.url("manifests", "1") == "https://ghcr.io/v2/a/b/manifests/1"


@pytest.mark.parametrize(
    ("mirror", "url"),
    [
        ("m.example", "https://m.example/v2/library/app/tags/list?ns=docker.io"),
        ("http://m.example:80/", "http://m.example:80/v2/library/app/tags/list?ns=docker.io"),
        ("https://m.example/a/b", "https://m.example/v2/a/b/library/app/tags/list?ns=docker.io"),
        ("HTTP://m.example/", "http://m.example/v2/library/app/tags/list?ns=docker.io"),
        ("localhost:5000/a", "http://localhost:5000/v2/a/library/app/tags/list?ns=docker.io"),
    ],
)
def test_a_mirror_is_a_host_or_a_url(mirror, url):
    first, _ = endpoints("docker.io", mirrors=(mirror,))
    assert first.url("tags", "list") == url
    assert not first.is_metered


def test_the_registry_itself_comes_last_or_not_at_all():
    both = endpoints("ghcr.io", mirrors=("a.example", "b.example"))
    assert [each.host for each in both] == ["a.example", "b.example", "ghcr.io"]
    mirrors = endpoints("ghcr.io", mirrors=("a.example",), upstream=False)
    assert [each.host for each in mirrors] == ["a.example"]
    assert endpoints("ghcr.io", upstream=False) == ()


def test_docker_hub_may_be_a_mirror_itself():
    first, _ = endpoints("quay.io", mirrors=("docker.io/quaymirror",))
    assert first.url("tags", "list").startswith(
        "https://registry-1.docker.io/v2/quaymirror/library/app/"
    )
    assert (first.registry, first.is_metered) == ("docker.io", True)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("LOCALHOST:5000", True),
        ("a.localhost:1", True),
        ("127.0.0.1", True),
        ("127.255.0.1:5000", True),
        ("[::1]:5000", True),
        ("[::1]", True),
        ("::1", True),
        ("2001:db8::1", False),
        ("fe80::1%eth0", False),
        ("notlocalhost", False),
        ("localhost.example.com", False),
        ("10.0.0.1:5000", False),
        ("[::", False),
        ("", False),
    ],
)
def test_what_is_this_machine(host, expected):
    assert is_loopback(host) is expected


def test_an_insecure_host_is_asked_over_https_first_and_a_loopback_one_over_http():
    (insecure,) = endpoints("r.example", insecure=True)
    assert (insecure.scheme, insecure.is_insecure) == ("https", True)
    assert insecure.over_http().origin == "http://r.example"
    assert endpoints("localhost:5000", insecure=False)[0].scheme == "http"


def test_where_credentials_are_filed():
    assert credential_names("docker.io")[0] == "index.docker.io"
    assert credential_names("ghcr.io") == ("ghcr.io",)
