"""Registries that do not answer as they should: each ends in time, in a sentence, and we go on."""

import asyncio
import socket
import time

from tagwise.demo.catalogue import store_image
from tagwise.demo.http_message import Response

OTHER = b'{"schemaVersion": 2, "manifests": []}'
SLACK = 7


async def endless():
    while True:
        yield bytes(65536)


HTML = {"Content-Type": "text/html; charset=utf-8"}
INDEX = {"Content-Type": "application/vnd.oci.image.index.v1+json"}
ANSWERS = {
    "html": lambda: Response(200, HTML, b"<!doctype html><title>Sign in</title>"),
    "unchallenged": lambda: Response(401),
    "large": lambda: Response(200, INDEX, bytes(50_000_000)),
    "endless": lambda: Response(200, INDEX, endless()),
    "other": lambda: Response(200, INDEX, OTHER),
    "short": lambda: Response(200, INDEX | {"Content-Length": "500"}, OTHER),
    "teapot": lambda: Response(418),
    "trouble": lambda: Response(503, HTML, b"<h1>down</h1>"),
    "elsewhere": lambda: Response(307, {"Location": "/v2/demo/elsewhere/manifests/1"}),
    "limit": lambda: Response(429, {"Retry-After": "90"}, b"{}"),
    "nonsense": lambda: Response(200, INDEX, b"{" * 100_000),
}
SENTENCES = {
    "html": "{host} answered with a web page when asked for {name}: is it a registry?",
    "unchallenged": (
        "{host} does not show {name} to everybody: it is private, or does not exist; log in with"
        " `docker login {host}`"
    ),
    "large": "{host} answered with more than 4,194,304 bytes when asked for {name}: is it a registry?",
    "endless": "{host} answered with more than 4,194,304 bytes when asked for {name}: is it a registry?",
    "other": "{host} answered with other content than 0000…0000 when asked for {name}: is it a registry?",
    "short": "{host} cannot be reached for {name}: ",
    "teapot": "{host} answered 418 I'm a Teapot when asked for {name}: is it a registry?",
    "trouble": "{host} is in trouble (503 Service Unavailable): try again later",
    "elsewhere": "{host} redirected more than 5 times when asked for {name}: is it a registry?",
    "limit": "{host} has been asked too often",
    "nonsense": "{name} on {host} cannot be read: ",
}


async def test_each_wrong_answer_has_its_sentence_and_the_next_hover_works(world, edit):
    def answer(request):
        wrong = ANSWERS.get(request.path.split("/")[3])
        return wrong() if wrong else None

    world.registry.interceptor = answer
    pinned = "@sha256:" + "0" * 64
    async with edit(markdown=False) as editor:
        for kind, sentence in SENTENCES.items():
            name = f"{world.host}/demo/{kind}:1{pinned if kind == 'other' else ''}"
            editor.open(f"{kind}/Dockerfile", f"FROM {name}\n")
            started = time.monotonic()
            shown = await editor.shown(f"{kind}/Dockerfile", "demo")
            assert time.monotonic() - started < SLACK, kind
            expected = sentence.format(host=world.host, name=name)
            assert "".join(expected.split()) in "".join(shown.split())
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        assert world.image.digest.short in await editor.shown("Dockerfile", "demo")
        # Nothing was kept of what was wrong.
        for kind in SENTENCES:
            assert await editor.shown(f"{kind}/Dockerfile", "demo")


async def test_a_registry_that_is_not_there(world, edit):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        gone = f"127.0.0.1:{taken.getsockname()[1]}"
        async with edit(markdown=False) as editor:
            editor.open("Dockerfile", f"FROM {gone}/a/b:1\nFROM no.such.invalid/a:1\n")
            shown = await editor.shown("Dockerfile", "a/b")
            assert f"{gone} cannot be reached for {gone}/a/b:1: " in " ".join(shown.split())
            shown = await editor.shown("Dockerfile", "no.such")
            assert "no.such.invalid cannot be reached for" in " ".join(shown.split())
            for number, host in enumerate(("localhost:99999", "xn--a.com", "[::1]:65536")):
                name = f"{number}/Dockerfile"
                editor.open(name, f"FROM {host}/demo\n")
                shown = await editor.shown(name, host)
                assert f"{host} cannot be reached for {host}/demo: " in " ".join(shown.split())
            editor.open("a/Dockerfile", f"FROM {world.name}:1.0\n")
            assert world.image.digest.short in await editor.shown("a/Dockerfile", "demo")


async def test_a_registry_that_hangs_is_waited_for_three_seconds(world, edit):
    answers = asyncio.Event()

    async def slow(request):
        if "slow" in request.path:
            await answers.wait()

    world.registry.interceptor = slow
    store_image(world.registry, "demo/slow", world.image, "1")
    async with edit(markdown=False) as editor:
        editor.open("slow/Dockerfile", f"FROM {world.host}/demo/slow:1\n")
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        started = time.monotonic()
        waiting = asyncio.create_task(editor.shown("slow/Dockerfile", "demo"))
        # Meanwhile everything else is answered.
        assert world.image.digest.short in await editor.shown("Dockerfile", "demo")
        assert not waiting.done()
        assert f"still asking {world.host} …" in await waiting
        assert 2 < time.monotonic() - started < SLACK

        answers.set()
        # The asking went on: this hover waits for the same answer.
        assert world.image.digest.short in await editor.shown("slow/Dockerfile", "demo")


async def test_a_cache_that_cannot_be_written(world, edit, tmp_path):
    (tmp_path / "cache").write_text("a file where a folder should be")
    async with edit() as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        assert world.image.digest.short in await editor.shown("Dockerfile", "demo")
        await editor.do("Pin", "Dockerfile", "demo", only=["refactor"])
        assert editor.text("Dockerfile") == f"FROM {world.name}:1.0@{world.digest}\n"
