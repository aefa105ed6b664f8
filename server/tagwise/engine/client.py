"""What an engine is asked: its images, their history, pulls, removals, tags, containers, events.

Follows the Docker Engine API, 1.24 to the newest, which Podman answers, too.  Does not know where
credentials come from, nor who is asked first whether something may be removed.
"""

import base64
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final
from urllib.parse import quote

from tagwise.engine.codec import (
    parse_items,
    read_container,
    read_details,
    read_event,
    read_info,
    read_pruned,
    read_removed,
    read_step,
    read_summary,
)
from tagwise.engine.connection import EngineConnection, filters
from tagwise.engine.endpoint import EngineEndpoint
from tagwise.engine.models import (
    ContainerSummary,
    EngineEvent,
    EngineInfo,
    EventKind,
    HistoryStep,
    ImageDetails,
    ImageSummary,
    Pruned,
    PullProgress,
    PullResult,
    RegistryLogin,
    RemovedImage,
)
from tagwise.engine.pull import PullReport
from tagwise.engine.refusals import explained
from tagwise.errors import EngineError, ImageInUse, InvalidManifest, NoSuchImage
from tagwise.oci.json_document import JsonObject, parse_object
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference

_PULL_SECONDS: Final = 300.0
_REMOVAL_SECONDS: Final = 600.0
"""An engine says that it has removed something when it is done, which takes minutes for many GB."""

_PAST_SECONDS: Final = 10.0
_COUNTS_SHARED: Final = (1, 42)
_LISTS_MANIFESTS: Final = (1, 47)
_TELLS_PLATFORMS: Final = (1, 49)
_IN_USE: Final = (" is using ", " being used by ", " is in use", "image used by ")
"""What engines say of an image that containers use: several words each, which no name has."""

_FORCIBLE: Final = ("must force", "must be forced", "please force removal")


class EngineClient:
    """Asks the engine at the end of `connection`; names are as a person writes them, or ids."""

    def __init__(self, connection: EngineConnection) -> None:
        self._connection = connection

    @property
    def endpoint(self) -> EngineEndpoint:
        return self._connection.endpoint

    async def info(self) -> EngineInfo:
        """Tell who answers."""
        version = await self._connection.version()
        body = await self._connection.ask("GET", "/version", asked="say its version")
        return read_info(_object(body), api=".".join(map(str, version)))

    async def images(
        self,
        *,
        include_intermediate: bool = False,
        filtered: Mapping[str, tuple[str, ...]] | None = None,
        count_shared: bool = False,
    ) -> tuple[ImageSummary, ...]:
        """List images, in the engine's order; `filtered` are the engine's own filters."""
        version = await self._connection.version()
        parameters = {"all": "1" if include_intermediate else "0"}
        if filtered:
            parameters["filters"] = filters(filtered)
        if count_shared and version >= _COUNTS_SHARED:
            parameters["shared-size"] = "1"
        if version >= _LISTS_MANIFESTS:
            parameters["manifests"] = "1"
        body = await self._connection.ask(
            "GET", "/images/json", asked="list its images", parameters=parameters
        )
        return tuple(map(read_summary, _items(body)))

    async def has_platforms(self) -> bool:
        """Whether the engine can be asked for one platform of several of an image."""
        return await self._connection.version() >= _TELLS_PLATFORMS

    async def inspect(self, name: str, *, platform: Platform | None = None) -> ImageDetails:
        """:raises NoSuchImage: if the engine does not have it."""
        path = f"/images/{_escaped(name)}/json"
        body = await self._connection.ask(
            "GET", path, asked=f"inspect {name}", parameters=_platform_field(platform)
        )
        return read_details(_object(body))

    async def history(
        self, name: str, *, platform: Platform | None = None
    ) -> tuple[HistoryStep, ...]:
        """List the steps of an image's build, the newest first.

        :raises NoSuchImage: if the engine does not have it.
        """
        path = f"/images/{_escaped(name)}/history"
        body = await self._connection.ask(
            "GET", path, asked=f"tell the history of {name}", parameters=_platform_field(platform)
        )
        return tuple(map(read_step, _items(body)))

    async def containers(self) -> tuple[ContainerSummary, ...]:
        """List all containers, also those that do not run."""
        body = await self._connection.ask(
            "GET", "/containers/json", asked="list its containers", parameters={"all": "1"}
        )
        return tuple(map(read_container, _items(body)))

    async def pull(
        self,
        reference: ImageReference,
        *,
        platform: Platform | None = None,
        login: RegistryLogin | None = None,
        all_tags: bool = False,
        report: Callable[[PullProgress], None] | None = None,
    ) -> PullResult:
        """Pull an image, telling `report` of each step; cancelled, the engine stops, too.

        :raises EngineError: with what the engine says went wrong.
        """
        parameters = {"fromImage": reference.name}
        if not all_tags:
            parameters["tag"] = str(reference.digest or reference.followed_tag)
        if platform:
            parameters["platform"] = str(platform)
        asked = f"pull {reference.familiar}"
        progress = PullReport()
        async with self._connection.lines(
            "POST",
            "/images/create",
            asked=asked,
            parameters=parameters,
            headers={"X-Registry-Auth": _auth_header(login)} if login else None,
            seconds=_PULL_SECONDS,
        ) as lines:
            async for line in lines:
                step = progress.read(line)
                if report:
                    report(step)
        if progress.error:
            raise EngineError(explained(progress.error, asked=asked))
        return progress.result()

    async def remove(self, name: str, *, force: bool = False) -> RemovedImage:
        """Remove a name, and the image with its last one.

        :raises NoSuchImage: if the engine does not have it.
        :raises ImageInUse: if containers use it.
        """
        path = f"/images/{_escaped(name)}"
        parameters = {"force": "1"} if force else {}
        try:
            body = await self._connection.ask(
                "DELETE",
                path,
                asked=f"remove {name}",
                parameters=parameters,
                seconds=_REMOVAL_SECONDS,
            )
        except NoSuchImage:
            raise
        except EngineError as error:
            if any(word in str(error) for word in _IN_USE):
                raise await self._in_use(name, error) from error
            raise
        return read_removed(_items(body))

    async def tag(self, name: str, reference: ImageReference) -> None:
        """Give an image one more name.

        :raises NoSuchImage: if the engine does not have it.
        """
        await self._connection.ask(
            "POST",
            f"/images/{_escaped(name)}/tag",
            asked=f"tag {name} as {reference.familiar}",
            parameters={"repo": reference.name, "tag": reference.followed_tag},
        )

    async def prune(self, *, dangling_only: bool = True) -> Pruned:
        """Remove the images nothing leads to, or all those no container uses."""
        wanted = {"dangling": ("true" if dangling_only else "false",)}
        body = await self._connection.ask(
            "POST",
            "/images/prune",
            asked="prune its images",
            parameters={"filters": filters(wanted)},
            seconds=_REMOVAL_SECONDS,
        )
        return read_pruned(_object(body))

    @asynccontextmanager
    async def events(self, *kinds: EventKind) -> AsyncGenerator[AsyncIterator[EngineEvent], None]:
        """Give what happens to images, or things of other `kinds`, until the block is left."""
        wanted = kinds or (EventKind.IMAGE,)
        async with self._connection.lines(
            "GET",
            "/events",
            asked="tell what happens",
            parameters={"filters": filters({"type": tuple(each.value for each in wanted)})},
        ) as lines:
            yield (read_event(line) async for line in lines)

    async def past_pulls(self, now: datetime) -> tuple[EngineEvent, ...]:
        """List the pulls the engine remembers: Docker its last few hundred events, Podman all."""
        wanted = {"type": ("image",), "event": ("pull",)}
        async with self._connection.lines(
            "GET",
            "/events",
            asked="tell what has happened",
            parameters={
                "since": "1",
                "until": str(int(now.timestamp()) + 1),
                "filters": filters(wanted),
            },
            seconds=_PAST_SECONDS,
        ) as lines:
            return tuple([read_event(line) async for line in lines])

    async def aclose(self) -> None:
        await self._connection.aclose()

    async def _in_use(self, name: str, error: EngineError) -> ImageInUse:
        """Name the containers, which the engine's own refusal has one of at most."""
        image = await self.inspect(name)
        using = [each for each in await self.containers() if each.image_id == image.id]
        names = tuple(each.name or each.id[:12] for each in using)
        forcible = any(word in str(error) for word in _FORCIBLE)
        listed = f" (used by {', '.join(names)})" if names else ""
        return ImageInUse(f"{error}{listed}", containers=names, can_be_forced=forcible)


def _escaped(name: str) -> str:
    """Write a name as part of a path, and no other path than an image's.

    :raises NoSuchImage: for a name that leads to another part of the API.
    """
    if not name or {"", ".", ".."} & set(name.split("/")):
        raise NoSuchImage(f"{name!r} is no name of an image")
    return quote(name, safe="/:@")


def _platform_field(platform: Platform | None) -> dict[str, str]:
    """Write a platform as the API takes one of an image since 1.48: as JSON of the image-spec."""
    if platform is None:
        return {}
    fields = {
        "os": platform.os,
        "architecture": platform.architecture,
        "variant": platform.variant,
        "os.version": platform.os_version,
    }
    return {"platform": json.dumps({name: value for name, value in fields.items() if value})}


def _auth_header(login: RegistryLogin) -> str:
    fields = {
        "username": login.username,
        "password": login.password,
        "identitytoken": login.identity_token,
        "serveraddress": login.server,
    }
    written = json.dumps({key: value for key, value in fields.items() if value})
    return base64.urlsafe_b64encode(written.encode()).decode()


def _object(body: bytes) -> JsonObject:
    try:
        return parse_object(body)
    except InvalidManifest as error:
        raise _unreadable(error) from error


def _items(body: bytes) -> tuple[JsonObject, ...]:
    try:
        return parse_items(body)
    except InvalidManifest as error:
        raise _unreadable(error) from error


def _unreadable(error: InvalidManifest) -> EngineError:
    return EngineError(f"the engine's answer cannot be read: {error}")
