"""Findings from both sides, in one form: what `tagwise check` prints, and what an editor shows."""

import asyncio
import json

from pygls.protocol import default_converter

from support.editor import COMMAND, PATIENCE, environment

SEVERITIES = ("error", "warning", "information", "hint")


async def checked(folder, home, *options):
    """Run `tagwise check` in `folder`; give what it finds, and how it ends."""
    process = await asyncio.create_subprocess_exec(
        *(*COMMAND[:-1], "check", "--format", "json", *options),
        cwd=folder,
        env=environment(home),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            out, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    rows = [
        _row(each["path"], each["rule"], each["severity"], each["message"], each["range"])
        for each in json.loads(out)["findings"]
    ]
    return rows, process.returncode


async def shown(editor, name):
    """Give what an editor that asks shows of a file."""
    to_json = default_converter().unstructure
    return [
        _row(name, each.code, SEVERITIES[each.severity - 1], each.message, to_json(each.range))
        for each in await editor.pulled(name)
    ]


def _row(path, rule, severity, message, place):
    """Give a finding as a row: the path, the rule, how severe, what is said, and its corners."""
    return path, rule, severity, message, *place["start"].values(), *place["end"].values()
