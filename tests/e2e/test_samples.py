"""An editor session over the samples: every reference a person finds is found under the cursor."""

import shutil

import pytest

from support.samples import EXPECTED, SAMPLES

# What VS Code calls them without any extension.
LANGUAGES = {
    ".yml": "yaml",
    ".yaml": "yaml",
    ".json": "jsonc",
    ".hcl": "plaintext",
    ".build": "plaintext",
    ".image": "plaintext",
    ".container": "plaintext",
}
FOLDERS = sorted({path.partition("/")[0] for path in EXPECTED})


@pytest.mark.parametrize("folder", FOLDERS)
async def test_every_reference_of_a_sample_has_a_card(edit, tmp_path, folder):
    shutil.copytree(SAMPLES / folder, tmp_path / "work" / folder)
    paths = [path for path in EXPECTED if path.startswith(f"{folder}/")]
    async with edit(options={"offline": True}) as editor:
        for path in paths:
            text = (SAMPLES / path).read_bytes().decode()
            language = LANGUAGES.get(path[path.rfind(".") :], "dockerfile")
            editor.open(path, text, language=language)
            rows = [(line, written, value) for line, written, value, *_ in EXPECTED[path]]
            starts = [0, *(at + 1 for at, each in enumerate(text) if each == "\n")]
            for line, written, value in rows:
                at = text.index(written, starts[line - 1])
                assert await editor.hovered(path, at) == written
                card = await editor.shown(path, at + len(written) - 1)
                name = value.removeprefix("docker.io/").removeprefix("library/").partition("@")[0]
                assert name in card.replace("\\", ""), card
