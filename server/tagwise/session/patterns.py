"""A user's regular expressions, run where they can be ended.

REGISTRIES.md, section 4: for each line of at most 2,000 characters, with a deadline.  A pattern that
backtracks holds the interpreter it runs in, so it runs in another process.
Does not know what a match means.
"""

import asyncio
import json
import logging
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, cast

from tagwise.documents.own_places import DIGEST, IMAGE, TAG, Match
from tagwise.documents.traced import Span

LONGEST_LINE: Final = 2000
MOST_MATCHES: Final = 10_000
DEADLINE: Final = 2.0

_WORKER: Final = Path(__file__).with_name("pattern_worker.py")

log = logging.getLogger(__name__)


async def matches_of(
    patterns: Sequence[str], text: str, name: str, *, deadline: float = DEADLINE
) -> tuple[Match, ...]:
    """Return what `patterns` match in the text of `name`; nothing if that takes too long."""
    if not patterns:
        return ()
    asked = {"text": text, "patterns": patterns, "longest": LONGEST_LINE, "most": MOST_MATCHES}
    program = (sys.executable, "-I", "-S", str(_WORKER))
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*program, stdin=pipe, stdout=pipe, stderr=pipe)
    try:
        answer = process.communicate(json.dumps(asked).encode())
        output, _ = await asyncio.wait_for(answer, deadline)
    except TimeoutError:
        log.warning("%s: your patterns took longer than %s s and were given up", name, deadline)
        return ()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        log.warning("%s: your patterns could not be run", name)
        return ()
    found = cast("list[Mapping[str, Sequence[int]]]", json.loads(output))
    spans = ({group: Span(*place) for group, place in each.items()} for each in found)
    return tuple(
        Match(each[IMAGE], each.get(TAG), each.get(DIGEST)) for each in spans if IMAGE in each
    )
