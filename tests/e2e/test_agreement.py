"""Over every sample the editor shows what `tagwise check` says, and nothing else."""

import asyncio
import json
import shutil

from lsprotocol import types

from support.editor import COMMAND, PATIENCE, environment
from support.samples import EXPECTED, SAMPLES

RULES = '[rules]\nunpinned = "hint"\nsame-image-different-tags = "hint"\nregistry-not-allowed = "hint"\n'
ALLOWED = 'allowed = ["docker.io"]\n'
SEVERITIES = {
    types.DiagnosticSeverity.Error: "error",
    types.DiagnosticSeverity.Warning: "warning",
    types.DiagnosticSeverity.Information: "information",
    types.DiagnosticSeverity.Hint: "hint",
}


async def test_the_samples_are_judged_alike(edit, tmp_path):
    async with edit(diagnostics="pull", options={"offline": True}) as editor:
        shutil.copytree(SAMPLES, editor.folder, dirs_exist_ok=True)
        (editor.folder / "tagwise.toml").write_text(ALLOWED + RULES)
        texts = {name: (editor.folder / name).read_bytes().decode() for name in EXPECTED}
        for name, text in texts.items():
            editor.open(name, text, language="plaintext")
        seen = [
            (
                name,
                each.code,
                SEVERITIES[each.severity],
                each.message,
                *(each.range.start.line, each.range.start.character),
                *(each.range.end.line, each.range.end.character),
            )
            for name in texts
            for each in await editor.pulled(name)
        ]
        checked = await check(editor.folder, tmp_path)
    assert {rule for _, rule, *_ in seen} >= {
        *("unpinned", "same-image-different-tags", "registry-not-allowed"),
    }
    assert sorted(seen) == sorted(checked)


async def check(folder, home):
    process = await asyncio.create_subprocess_exec(
        *(*COMMAND[:-1], "check", "--offline", "--format", "json"),
        cwd=folder,
        env=environment(home),
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        out, _ = await process.communicate()
    return [
        (
            each["path"],
            each["rule"],
            each["severity"],
            each["message"],
            *each["range"]["start"].values(),
            *each["range"]["end"].values(),
        )
        for each in json.loads(out)["findings"]
    ]
