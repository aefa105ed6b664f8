"""An engine's report of a pull, line by line, as progress over all layers.

An engine tells of each layer by itself, and how big it is only when its turn comes.  A layer not yet
known counts as the mean of those known, and the percentage is never taken back.
Does not know how the lines arrive.
"""

from typing import Final

import attrs

from tagwise.engine.codec import number_field
from tagwise.engine.models import LayerProgress, LayerState, PullProgress, PullResult
from tagwise.oci.json_document import JsonObject, object_field, text_field

_DIGEST: Final = "Digest: "
_STATUS: Final = "Status: "
_STATES: Final = {
    "Pulling fs layer": LayerState.WAITING,
    "Waiting": LayerState.WAITING,
    "Downloading": LayerState.DOWNLOADING,
    "Verifying Checksum": LayerState.DOWNLOADING,
    "Download complete": LayerState.EXTRACTING,
    "Extracting": LayerState.EXTRACTING,
    "Pull complete": LayerState.DONE,
    "Already exists": LayerState.DONE,
}
_ALMOST: Final = 99
_ALL: Final = 100


@attrs.define
class PullReport:
    """Reads the lines of one pull; `error` is what the engine says went wrong, if anything."""

    error: str = ""
    _layers: dict[str, LayerProgress] = attrs.field(factory=dict[str, LayerProgress])
    _percentage: int = 0
    _message: str = ""
    _digest: str = ""
    _status: str = ""

    def read(self, line: JsonObject) -> PullProgress:
        """Take in a line, and return how far the pull has come."""
        self.error = self.error or _error_in(line)
        status, identity = text_field(line, "status"), text_field(line, "id")
        if status.startswith(_DIGEST):
            self._digest = status.removeprefix(_DIGEST)
        elif status.startswith(_STATUS):
            self._status = status.removeprefix(_STATUS)
        elif identity and (state := _STATES.get(status)):
            self._layers[identity] = _advanced(self._layers.get(identity), identity, state, line)
        self._message = status or self._message
        return self._progress()

    def result(self) -> PullResult:
        """Return what came of it, when the last line has been read."""
        return PullResult(
            digest=self._digest,
            was_up_to_date="up to date" in self._status,
            message=self._status,
        )

    def _progress(self) -> PullProgress:
        layers = tuple(self._layers.values())
        current = sum(layer.current for layer in layers)
        total = sum(layer.total or 0 for layer in layers)
        self._percentage = max(self._percentage, self._counted(layers, current, total))
        return PullProgress(layers, current, total, self._percentage, self._message)

    def _counted(self, layers: tuple[LayerProgress, ...], current: int, total: int) -> int:
        if self._status:
            return _ALL
        known = sum(layer.total is not None for layer in layers)
        unknown = sum(
            layer.total is None and layer.state is not LayerState.DONE for layer in layers
        )
        expected = total + (total * unknown // known if known else 0)
        return min(_ALMOST, _ALL * current // expected) if expected else 0


def _advanced(
    before: LayerProgress | None, identity: str, state: LayerState, line: JsonObject
) -> LayerProgress:
    """Count bytes while they are downloaded; a layer on the disk has all of its own."""
    known = before or LayerProgress(identity, state, 0, None)
    detail = object_field(line, "progressDetail")
    match state:
        case LayerState.DOWNLOADING:
            total = number_field(detail, "total") or known.total
            current = max(known.current, number_field(detail, "current"))
            return LayerProgress(identity, state, min(current, total or current), total)
        case LayerState.EXTRACTING | LayerState.DONE:
            total = known.total if known.total is not None else (known.current or None)
            return LayerProgress(identity, state, total or 0, total)
        case LayerState.WAITING:
            return attrs.evolve(known, state=state)


def _error_in(line: JsonObject) -> str:
    return text_field(object_field(line, "errorDetail"), "message") or text_field(line, "error")
