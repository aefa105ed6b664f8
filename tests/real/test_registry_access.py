"""Ways into Debian's docker-registry: tokens we sign, certificates, mirrors, Podman's login."""

import asyncio
import base64
import json
import shutil
import ssl

import httpx
import pytest

from support.certificates import TokenIssuer, authority, signed
from support.real_parts import (
    PASSWORD,
    USER,
    debian_registry,
    push_image,
    require,
    two_platform_image,
)
from tagwise.demo.http_message import Response
from tagwise.demo.registry_server import serve
from tagwise.errors import RegistryUnreachable, Unauthorized
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference
from tagwise.registry.certificates import CertificateFolders
from tagwise.registry.client import RegistryClient
from tagwise.registry.clock import system_clock
from tagwise.registry.credentials import AnonymousKeychain
from tagwise.registry.hosts import Hosts, RegistrySettings
from tagwise.registry.keychain import system_keychain
from tagwise.registry.machine import machine_configuration
from tagwise.registry.network import NetworkTransport
from tagwise.registry.resolver import Resolver
from tagwise.registry.store import Store

AMD64 = Platform("linux", "amd64")


class Watched(NetworkTransport):
    """Notes which HTTP each host speaks."""

    def __init__(self, certificates):
        super().__init__(certificates)
        self.spoken = {}

    async def handle_async_request(self, request):
        response = await super().handle_async_request(request)
        version = response.extensions["http_version"]
        self.spoken.setdefault(request.url.netloc.decode(), set()).add(version)
        return response


class Session:
    def __init__(
        self,
        folder,
        *,
        keychain=None,
        settings=None,
        certificates=None,
        machine=None,
        transport=None,
    ):
        self.store = Store(folder / "cache", clock=system_clock)
        certificates = certificates or CertificateFolders()
        self.client = RegistryClient(
            hosts=Hosts(settings or {}, machine=machine, certificates=certificates),
            keychain=keychain or AnonymousKeychain(),
            store=self.store,
            clock=system_clock,
            certificates=certificates,
            transport=transport,
        )
        self.resolver = Resolver(self.client, self.store, clock=system_clock)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self.client.aclose()

    async def resolve(self, text):
        return await self.resolver.resolve(ImageReference.parse(text), platform=AMD64)


def service_of(issuer, asked):
    """Answer as a token service: users get everything, anybody may pull `public/…`."""
    user = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    def answer(request):
        asked.append(request.query["scope"])
        is_user = request.headers.get("Authorization") == user
        kind, name, actions = request.query["scope"].split(":")
        access = {"type": kind, "name": name, "actions": actions.split(",")}
        granted = [access] if is_user or name.startswith("public/") else []
        subject = USER if is_user else ""
        return Response.of_json(200, {"token": issuer.token(subject, granted)})

    return answer


def keychain_of(folder, host):
    auths = {host: {"username": USER, "password": PASSWORD}}
    (folder / "config.json").write_text(json.dumps({"auths": auths}))
    return system_keychain({"DOCKER_CONFIG": str(folder)}, folder, clock=system_clock)


async def test_tokens_of_a_service_of_its_own(tmp_path):
    issuer, asked = TokenIssuer.new(tmp_path), []
    async with serve(service_of(issuer, asked)) as service:
        token = {
            "realm": f"http://{service}/token",
            "service": issuer.service,
            "issuer": issuer.issuer,
            "rootcertbundle": str(issuer.pair.certificate),
        }
        async with debian_registry(sections={"auth": {"token": token}}) as registry:
            image = two_platform_image()
            for name in ("public/app", "secret/app"):
                access = {"type": "repository", "name": name, "actions": ["pull", "push"]}
                bearer = {"Authorization": f"Bearer {issuer.token(USER, [access])}"}
                async with httpx.AsyncClient(base_url=registry.url, headers=bearer) as client:
                    await push_image(client, name, image, *"12345678")

            async with Session(tmp_path / "anonymous") as session:
                found = await asyncio.gather(
                    *(session.resolve(f"{registry.host}/public/app:{tag}") for tag in "12345678")
                )
                assert {each.digest for each in found} == {image.digest}
                assert asked == ["repository:public/app:pull"]
                with pytest.raises(Unauthorized, match="docker login"):
                    await session.resolve(f"{registry.host}/secret/app:1")

            keychain = keychain_of(tmp_path, registry.host)
            async with Session(tmp_path, keychain=keychain) as session:
                found = await session.resolve(f"{registry.host}/secret/app:1")
                assert found.config is not None


async def test_a_private_authority_and_a_client_certificate_in_certs_d(tmp_path):
    ca = authority(tmp_path)
    server = signed(tmp_path, ca, "server", "IP:127.0.0.1", "DNS:localhost")
    client = signed(tmp_path, ca, "client")
    tls = {
        "certificate": str(server.certificate),
        "key": str(server.key),
        "clientcas": [str(ca.certificate)],
    }
    http = {"addr": "127.0.0.1:0", "secret": "of no importance", "tls": tls}
    async with debian_registry(sections={"http": http}) as registry:
        text = f"{registry.host}/demo/app:1"
        direct = {registry.host: RegistrySettings((f"https://{registry.host}",), upstream=False)}
        async with Session(tmp_path / "a", settings=direct) as session:
            hint = rf"not trusted \(.*/etc/docker/certs\.d/{registry.host}/ca\.crt"
            with pytest.raises(RegistryUnreachable, match=hint):
                await session.resolve(text)

        folder = tmp_path / "certs.d" / registry.host
        folder.mkdir(parents=True)
        shutil.copy(ca.certificate, folder / "ca.crt")
        certificates = CertificateFolders((tmp_path / "certs.d",))
        async with Session(tmp_path / "b", certificates=certificates) as session:
            # The alert that says so comes after the handshake, and may be lost with the connection.
            said = r"wants a client certificate|the connection broke off"
            with pytest.raises(RegistryUnreachable, match=said):
                await session.resolve(text)

        shutil.copy(client.certificate, folder / "client.cert")
        shutil.copy(client.key, folder / "client.key")
        async with Session(tmp_path / "c", certificates=certificates) as session:
            context = trusting(ca, client)
            image = two_platform_image()
            async with httpx.AsyncClient(
                base_url=f"https://{registry.host}", verify=context, trust_env=False
            ) as pusher:
                await push_image(pusher, "demo/app", image, "1")
            assert (await session.resolve(text)).digest == image.digest


def trusting(ca, client):
    context = ssl.create_default_context(cafile=str(ca.certificate))
    context.load_cert_chain(client.certificate, client.key)
    return context


async def test_tokens_over_tls_in_a_new_process(tmp_path):
    """The second process knows the realm: it connects to the registry while it asks for the token."""
    ca = authority(tmp_path)
    server = signed(tmp_path, ca, "server", "IP:127.0.0.1", "DNS:localhost")
    issuer, asked = TokenIssuer.new(tmp_path), []
    tls = {"certificate": str(server.certificate), "key": str(server.key)}
    http = {"addr": "127.0.0.1:0", "secret": "of no importance", "tls": tls}
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.certificate, server.key)
    async with serve(service_of(issuer, asked), context=context) as service:
        token = {
            "realm": f"https://{service}/token",
            "service": issuer.service,
            "issuer": issuer.issuer,
            "rootcertbundle": str(issuer.pair.certificate),
        }
        async with debian_registry(sections={"auth": {"token": token}, "http": http}) as registry:
            image = two_platform_image()
            access = {"type": "repository", "name": "public/app", "actions": ["pull", "push"]}
            bearer = {"Authorization": f"Bearer {issuer.token(USER, [access])}"}
            async with httpx.AsyncClient(
                base_url=f"https://{registry.host}",
                headers=bearer,
                verify=ssl.create_default_context(cafile=str(ca.certificate)),
                trust_env=False,
            ) as pusher:
                await push_image(pusher, "public/app", image, "1")
            for host in (registry.host, service):
                folder = tmp_path / "certs.d" / host
                folder.mkdir(parents=True)
                shutil.copy(ca.certificate, folder / "ca.crt")
            certificates = CertificateFolders((tmp_path / "certs.d",))
            for _ in range(2):
                transport = Watched(certificates)
                async with Session(
                    tmp_path / "same", certificates=certificates, transport=transport
                ) as session:
                    answer = await session.resolver.digest(
                        ImageReference.parse(f"{registry.host}/public/app:1"), fresh=True
                    )
                    assert answer.digest == image.digest
                assert transport.spoken[registry.host] == {b"HTTP/2"}
                assert transport.spoken[service] == {b"HTTP/1.1"}
            assert asked == ["repository:public/app:pull"] * 2


async def test_an_insecure_registry_with_a_certificate_nobody_signed(tmp_path):
    ca = authority(tmp_path)
    server = signed(tmp_path, ca, "server", "DNS:elsewhere.example")
    tls = {"certificate": str(server.certificate), "key": str(server.key)}
    http = {"addr": "127.0.0.1:0", "secret": "of no importance", "tls": tls}
    async with debian_registry(sections={"http": http}) as registry:
        image = two_platform_image()
        async with httpx.AsyncClient(
            base_url=f"https://{registry.host}",
            verify=False,  # noqa: S501
            trust_env=False,
        ) as pusher:
            await push_image(pusher, "demo/app", image, "1")
        settings = {
            "r.example": RegistrySettings((f"https://{registry.host}",), upstream=False),
            registry.host: RegistrySettings(insecure=True),
        }
        async with Session(tmp_path, settings=settings) as session:
            assert (await session.resolve("r.example/demo/app:1")).digest == image.digest


async def test_a_pull_through_mirror_that_the_daemon_is_told_of(tmp_path):
    async with (
        debian_registry() as upstream,
        debian_registry(mirror_of=upstream.url) as mirror,
    ):
        image = two_platform_image()
        async with httpx.AsyncClient(base_url=upstream.url, trust_env=False) as client:
            await push_image(client, "demo/app", image, "1")
        folder = tmp_path / "etc" / "docker"
        folder.mkdir(parents=True)
        (folder / "daemon.json").write_text(json.dumps({"registry-mirrors": [f"{mirror.url}/"]}))
        machine = machine_configuration({}, tmp_path / "home", root=tmp_path)
        async with Session(tmp_path, machine=machine) as session:
            found = await session.resolve("demo/app:1")
            assert (found.digest, str(found.reference)) == (image.digest, "demo/app:1")
            assert found.config is not None


async def test_what_podman_login_writes(tmp_path):
    podman = require("podman")
    async with debian_registry(needs_password=True) as registry:
        image = two_platform_image()
        basic = (USER, PASSWORD)
        async with httpx.AsyncClient(base_url=registry.url, auth=basic, trust_env=False) as client:
            await push_image(client, "demo/app", image, "1")
        file = tmp_path / "auth.json"
        login = await asyncio.create_subprocess_exec(
            *(podman, "login", "--authfile", str(file), "--tls-verify=false"),
            *("--username", USER, "--password-stdin", registry.host),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        _, complaint = await login.communicate(PASSWORD.encode())
        assert login.returncode == 0, complaint
        environment = {"REGISTRY_AUTH_FILE": str(file)}
        keychain = system_keychain(environment, tmp_path, clock=system_clock)
        async with Session(tmp_path, keychain=keychain) as session:
            found = await session.resolve(f"{registry.host}/demo/app:1")
            assert found.digest == image.digest
