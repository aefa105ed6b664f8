"""A fake engine that a test scripts: what it has, what it tells, and pulls that go at its pace."""

import asyncio
import json

import attrs

from support.engines import Says, said

VERSION = {"Version": "24.0.7", "Os": "linux", "Arch": "amd64", "Components": []}


def image(identity, *tags, digests=(), size=1000):
    return {
        "Id": identity,
        "RepoTags": list(tags),
        "RepoDigests": list(digests),
        "Size": size,
        "Created": 1_700_000_000,
    }


def details(listed, *, pulled="2026-01-02T03:04:05.678901234Z", layers=()):
    return {
        **listed,
        "Created": "2025-12-01T00:00:00Z",
        "Os": "linux",
        "Architecture": "arm64",
        "Metadata": {"LastTagTime": pulled},
        "RootFS": {"Layers": list(layers)},
    }


def container(name, identity, *, state="exited"):
    return {"Id": name * 9, "Names": [f"/{name}"], "ImageID": identity, "State": state}


@attrs.define
class ScriptedEngine:
    """`answers` are those of `support.engines.fake_engine`; `forced` those to what is forced, and
    `answers_pull` those to a pull, by the name of the image; `past` are the events it remembers.
    """

    answers: dict = attrs.Factory(dict)
    forced: dict = attrs.Factory(dict)
    answers_pull: dict = attrs.Factory(dict)
    past: tuple[dict[str, object], ...] = ()
    news: asyncio.Queue = attrs.Factory(asyncio.Queue)
    pulling: asyncio.Queue = attrs.Factory(asyncio.Queue)

    def has(self, *images, containers=()):
        """Say what it has from now on; an image is found by its id and by its names."""
        self.answers |= {
            "GET /version": said(VERSION),
            "GET /images/json": said(images),
            "GET /containers/json": said(containers),
            "GET /events": Says((), later=self.news),
        }
        for each in images:
            for name in (each["Id"], *each["RepoTags"], *each["RepoDigests"]):
                self.answers[f"GET /images/{name}/json"] = said(details(each))

    def tells(self, action, kind="image"):
        line = {"Type": kind, "Action": action, "Actor": {"ID": "x"}}
        self.news.put_nowait(json.dumps(line).encode() + b"\n")

    def pulls(self):
        """From now on a pull goes as the test tells it to with `says`."""
        self.answers["POST /images/create"] = Says((), later=self.pulling)

    def pulls_at_once(self, digest):
        """From now on a pull is done as soon as it is asked for."""
        lines = ({"status": f"Digest: {digest}"}, {"status": "Status: Downloaded newer image"})
        self.answers["POST /images/create"] = Says(
            tuple(json.dumps(each).encode() + b"\n" for each in lines)
        )

    def answer(self, request, query):
        """Give what is answered to a request, where its query decides."""
        if "since" in query:
            return Says(tuple(json.dumps(each).encode() + b"\n" for each in self.past) or (b"\n",))
        if query.get("force") == ["1"]:
            return self.forced.get(request)
        return self.answers_pull.get(*query["fromImage"]) if "fromImage" in query else None

    def says(self, *lines):
        for line in lines:
            self.pulling.put_nowait(None if line is None else json.dumps(line).encode() + b"\r\n")

    def downloads(self, layer, current, total=1000):
        detail = {"current": current, "total": total}
        self.says({"status": "Downloading", "id": layer, "progressDetail": detail})

    def ends(self, digest, *, up_to_date=False):
        status = "Image is up to date for x" if up_to_date else "Downloaded newer image for x"
        self.says({"status": f"Digest: {digest}"}, {"status": f"Status: {status}"}, None)
