"""An event loop on which waiting takes no time: where nothing else is due, its clock jumps."""

import asyncio
import selectors


class SkippingLoop(asyncio.SelectorEventLoop):
    """`time()` says how long everybody has been waiting."""

    def __init__(self):
        self.skipped = 0.0
        super().__init__(_Skipping(self))

    def time(self):
        return self.skipped


class _Skipping(selectors.DefaultSelector):
    def __init__(self, loop):
        super().__init__()
        self._loop = loop

    def select(self, timeout=None):
        if timeout:
            self._loop.skipped += timeout
        return super().select(0)


def run_skipping(work):
    """Run a coroutine; return what came of it, and for how many seconds somebody waited."""
    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        result = runner.run(work)
        return result, runner.get_loop().time()
