"""The protocol as the library speaks it, with commands as we want them.

The library answers `$/cancelRequest` for a command and lets the command run on; here it ends.
Does not know any command.
"""

from typing import Protocol, TypeVar, cast

from lsprotocol import types
from pygls.protocol import LanguageServerProtocol, lsp_method

T = TypeVar("T")


class Executing(Protocol):
    async def execute(self, params: types.ExecuteCommandParams) -> object:
        """Do a command and return what the client is answered."""
        ...


class TagwiseProtocol(LanguageServerProtocol):
    def structured(self, raw: object, kind: type[T]) -> T:
        """Make a value of ours of decoded JSON.

        :raises BaseValidationError: if it is no such value.
        """
        return self._converter.structure(raw, kind)

    @lsp_method(types.WORKSPACE_EXECUTE_COMMAND)
    async def lsp_workspace__execute_command(  # type: ignore[override] # pyright: ignore[reportIncompatibleMethodOverride]
        self, params: types.ExecuteCommandParams
    ) -> object:
        """Have the server do it; the library's own method, a generator, cannot be cancelled."""
        return await cast("Executing", self._server).execute(params)
