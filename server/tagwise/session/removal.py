"""What removing an image would do, told before anything is removed.

An engine forgets names; the image itself goes with the last one that leads to it (moby,
daemon/images/image_delete.go: digests of a repository go with its last tag).  By an id, all names
are meant: forgotten one by one, they need no force.  (That is for whoever is asked with all of them
before; `tagwise rm` leaves an id to the engine, as docker does, which refuses several repositories.)
Does not know who is asked, nor how.
"""

from collections.abc import Callable, Iterator

import attrs

from tagwise.engine.client import EngineClient
from tagwise.engine.models import ContainerSummary, ImageDetails, ImageSummary, RemovedImage
from tagwise.engine.names import is_id, short_id
from tagwise.errors import InvalidReference
from tagwise.ide.phrases import size
from tagwise.oci.reference import ImageReference


@attrs.frozen
class Removal:
    """`names` would be forgotten, one after the other; the image stays if it `stays_as` others."""

    image: ImageDetails
    names: tuple[str, ...]
    stays_as: tuple[str, ...]
    containers: tuple[ContainerSummary, ...]

    @property
    def running(self) -> tuple[str, ...]:
        """Name the running containers that keep the image here, whatever one does."""
        if self.stays_as:
            return ()
        return tuple(each.name or each.id[:12] for each in self.containers if each.is_running)

    @property
    def question(self) -> str:
        """Ask whether to do it, with what goes and what stays."""
        names = ", ".join(self.names)
        if self.stays_as:
            return f"Remove the name {names}? The image stays, as {', '.join(self.stays_as)}."
        what = f"the image {short_id(self.image.id)}, {size(self.image.size)} on disk at most"
        return f"Remove {names} from this machine? It is the last name of {what}, which goes, too."


async def planned_removal(engine: EngineClient, name: str) -> Removal:
    """:raises NoSuchImage: if the engine does not have it."""
    image = await engine.inspect(name)
    containers = tuple(each for each in await engine.containers() if each.image_id == image.id)
    named = tuple(_same(name, (*image.tags, *image.digests)))
    if not named and is_id(name):
        return Removal(image, image.tags or (image.id,), (), containers)
    names = named or (name,)
    left = tuple(each for each in image.tags if each not in names)
    gone = {_repository(each) for each in (*names, *left)}
    left += tuple(each for each in image.digests if _repository(each) not in gone)
    return Removal(image, names, left, containers)


async def removed(engine: EngineClient, removal: Removal, *, force: bool = False) -> RemovedImage:
    """Do it.

    :raises ImageInUse: if containers use it, and nothing was forced.
    """
    untagged: list[str] = []
    deleted: list[str] = []
    for name in removal.names:
        done = await engine.remove(name, force=force)
        untagged += done.untagged
        deleted += done.deleted
    return RemovedImage(tuple(untagged), tuple(deleted))


async def to_prune(engine: EngineClient, *, unused: bool) -> tuple[ImageSummary, ...]:
    """List what pruning removes: an image that a container uses stays in any case."""
    filtered = None if unused else {"dangling": ("true",)}
    used = {container.image_id for container in await engine.containers()}
    images = await engine.images(filtered=filtered, count_shared=True)
    return tuple(image for image in images if image.id not in used)


def space_of(images: tuple[ImageSummary, ...], written: Callable[[int], str]) -> str:
    """Say how much room they leave: layers that images share may stay with another one.

    Where the engine has not counted those, nobody knows more than the sum.
    """
    own = [image.size - image.shared_size for image in images if image.shared_size is not None]
    if len(own) == len(images):
        return f"at least {written(max(sum(own), 0))}"
    return f"at most {written(sum(image.size for image in images))}"


def _same(name: str, names: tuple[str, ...]) -> Iterator[str]:
    """Yield the one of `names` that `name` means."""
    wanted = _canonical(name)
    yield from (each for each in names if wanted is not None and _canonical(each) == wanted)


def _canonical(name: str) -> str | None:
    try:
        reference = ImageReference.parse(name)
    except InvalidReference:
        return None
    if reference.digest is not None:
        return f"{reference.name}@{reference.digest}"
    return reference.canonical


def _repository(name: str) -> str:
    try:
        return ImageReference.parse(name).name
    except InvalidReference:
        return name
