"""Every exception Tagwise raises on purpose.

    TagwiseError
    ├── InvalidReference  InvalidDigest  InvalidPlatform  InvalidManifest      also ValueError
    ├── SettingsError                                                          also ValueError
    ├── NoTarget  CannotAsk  CannotCompose
    ├── RegistryError(host, reference)
    │   ├── RegistryUnreachable ── NoConnection
    │   ├── RegistryBlocked         ├── Unauthorized        ├── RateLimited(retry_after)
    │   ├── ManifestUnknown         ├── NameUnknown         ├── UnsupportedMediaType
    │   └── RegistryProtocolError
    └── EngineError
        ├── EngineUnreachable(endpoint)     ├── NoSuchImage     └── ImageInUse(containers)

A message is for a person: what happened, to which reference on which host, and what to do next.
It never holds a credential or a query string.  Imports nothing of ours.
"""


class TagwiseError(Exception):
    """Anything that went wrong in a way a person can be told about in one line."""


class InvalidText(TagwiseError, ValueError):
    """A text that is not what it should be: `text[start:end]` is where."""

    def __init__(self, message: str, *, text: str, start: int, end: int) -> None:
        super().__init__(message)
        self.text = text
        self.start = start
        self.end = end

    @property
    def located(self) -> str:
        """The message with the place, for whoever does not see the text."""
        return f"{self}, at character {self.start + 1} of {self.text!r}"


class InvalidReference(InvalidText):
    """The text is no image reference (distribution/reference, `ParseNormalizedNamed`)."""


class InvalidDigest(InvalidText):
    """The text is no digest (OCI image-spec, descriptor, "Digests")."""


class InvalidPlatform(InvalidText):
    """The text names no platform (containerd, `platforms.Parse`)."""


class InvalidManifest(TagwiseError, ValueError):
    """The bytes are no image manifest, index or configuration we can read."""


class SettingsError(TagwiseError, ValueError):
    """A settings file or value cannot be used: the message says which and why."""


class NoTarget(TagwiseError):
    """A command does not say which image it is about, or it is there no more."""


class CannotCompose(TagwiseError):
    """No command line can be written for what is asked: the message says why."""


class CannotAsk(TagwiseError):
    """Something is done only after a person was asked, and there is no way to ask."""


class RegistryError(TagwiseError):
    """A registry did not give what was asked of it."""

    def __init__(self, message: str, *, host: str, reference: str | None = None) -> None:
        super().__init__(message)
        self.host = host
        self.reference = reference


class RegistryUnreachable(RegistryError):
    """No answer: no address, no connection, no trusted certificate, or none in time."""


class NoConnection(RegistryUnreachable):
    """Not even a connection, so that nothing of what was asked has gone out."""


class RegistryBlocked(RegistryError):
    """The user's own configuration forbids asking for this."""


class Unauthorized(RegistryError):
    """The registry wants other credentials than it was given, or any."""


class RateLimited(RegistryError):
    """The registry asks to come back later, in `retry_after` seconds where it says when."""

    def __init__(
        self, message: str, *, host: str, reference: str | None = None, retry_after: float | None
    ) -> None:
        super().__init__(message, host=host, reference=reference)
        self.retry_after = retry_after


class ManifestUnknown(RegistryError):
    """The repository has no such tag or digest."""


class NameUnknown(RegistryError):
    """The registry has no such repository, or does not show it to everybody."""


class UnsupportedMediaType(RegistryError):
    """What stands there is no image this program reads (schema 1, an artifact, …)."""


class RegistryProtocolError(RegistryError):
    """The answer is not what the OCI distribution specification allows."""


class EngineError(TagwiseError):
    """A Docker or Podman engine did not do what was asked of it."""


class EngineUnreachable(EngineError):
    """No engine answers at `endpoint`."""

    def __init__(self, message: str, *, endpoint: str) -> None:
        super().__init__(message)
        self.endpoint = endpoint


class NoSuchImage(EngineError):
    """The engine has no such image."""


class ImageInUse(EngineError):
    """Containers, by name, use the image; `can_be_forced` where the engine would remove it still."""

    def __init__(
        self, message: str, *, containers: tuple[str, ...], can_be_forced: bool = False
    ) -> None:
        super().__init__(message)
        self.containers = containers
        self.can_be_forced = can_be_forced
