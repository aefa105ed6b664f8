"""Over every sample the editor shows what `tagwise check` says, and nothing else."""

import shutil

from support.checking import checked, shown
from support.samples import EXPECTED, SAMPLES

RULES = '[rules]\nunpinned = "hint"\nsame-image-different-tags = "hint"\nregistry-not-allowed = "hint"\n'
ALLOWED = 'allowed = ["docker.io"]\n'


async def test_the_samples_are_judged_alike(edit, tmp_path):
    async with edit(diagnostics="pull", options={"offline": True}) as editor:
        shutil.copytree(SAMPLES, editor.folder, dirs_exist_ok=True)
        (editor.folder / "tagwise.toml").write_text(ALLOWED + RULES)
        texts = {name: (editor.folder / name).read_bytes().decode() for name in EXPECTED}
        for name, text in texts.items():
            editor.open(name, text, language="plaintext")
        seen = [each for name in texts for each in await shown(editor, name)]
        found, _ = await checked(editor.folder, tmp_path, "--offline")
    assert {rule for _, rule, *_ in seen} >= {
        *("unpinned", "same-image-different-tags", "registry-not-allowed"),
    }
    assert sorted(seen) == sorted(found)
