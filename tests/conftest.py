"""What holds for all tests.

Says at the end of a run how many tests met the real programs, and why others did not.  Property
tests have no deadline: how fast this machine is today is no property of the code.
"""

import signal
from collections import Counter
from collections.abc import Generator
from pathlib import PurePosixPath

import hypothesis
import pytest

hypothesis.settings.register_profile("tagwise", deadline=None)
hypothesis.settings.load_profile("tagwise")

# A shell that starts tests in the background has them, and all that they start, ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

_REAL_FOLDERS = {"real", "vscode"}
_MISSING = "is not installed"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter,
) -> Generator[None, None, None]:
    yield
    ran = sum(
        _is_real(report.nodeid)
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
    )
    skipped = Counter(_reasons(terminalreporter))
    if not ran and not skipped:
        return
    reasons = ", ".join(f"{count} because {reason}" for reason, count in skipped.most_common())
    total = f"{skipped.total()} skipped" + (f": {reasons}" if reasons else "")
    terminalreporter.write_line(f"real parts: {ran} tests ran, {total}")


def _is_real(nodeid: str) -> bool:
    folders = PurePosixPath(nodeid.partition("::")[0]).parts
    return not _REAL_FOLDERS.isdisjoint(folders)


def _reasons(terminalreporter: pytest.TerminalReporter) -> Generator[str, None, None]:
    for report in terminalreporter.getreports("skipped"):
        match report.longrepr:
            case (_, _, str() as reason):
                if _is_real(report.nodeid) or reason.endswith(_MISSING):
                    yield reason.removeprefix("Skipped: ")
            case _:
                pass
