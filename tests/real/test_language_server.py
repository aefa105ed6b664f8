"""The main job against Debian's docker-registry: hover, pin, update, unpin; skopeo is the witness.

First with our own editor, then with Neovim.
"""

import asyncio
import hashlib
import json
import shutil

import httpx
import pytest

from support.editor import COMMAND, editor, environment
from support.real_parts import debian_registry, push_image, require, two_platform_image

PATIENCE = 60


async def push(registry, image, *tags):
    async with httpx.AsyncClient(base_url=registry.url, trust_env=False) as client:
        await push_image(client, "demo/app", image, *tags)


async def run(program, *arguments, env=None, cwd=None):
    process = await asyncio.create_subprocess_exec(
        require(program),
        *arguments,
        env=env,
        cwd=cwd,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            output, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, errors.decode()
    return output, errors


async def digest_by_skopeo(name):
    """What `skopeo inspect` says, which is the sha256 of the bytes the registry serves."""
    inspect = ("inspect", "--tls-verify=false", f"docker://{name}")
    told, _ = await run("skopeo", "--override-arch=amd64", *inspect)
    served, _ = await run("skopeo", *inspect, "--raw")
    digest = json.loads(told)["Digest"]
    assert digest == f"sha256:{hashlib.sha256(served).hexdigest()}"
    return digest


@pytest.mark.parametrize("kind", ["dockerfile", "compose"])
async def test_hover_pin_update_and_unpin(tmp_path, kind):
    require("skopeo")
    async with debian_registry() as registry, editor(tmp_path) as session:
        image = two_platform_image()
        await push(registry, image, "1.0")
        name = f"{registry.host}/demo/app:1.0"
        file, around = {
            "dockerfile": ("Dockerfile", "FROM --platform=$BUILDPLATFORM {} AS base\r\nRUN x"),
            "compose": ("compose.yaml", "services:\n  web: {{image: '{}', command: [x]}} # why\n"),
        }[kind]
        session.open(file, around.format(name))

        shown = await session.shown(file, "demo")
        assert await session.hovered(file, "demo") == name
        assert f"`sha256:{image.digest.short}`" in shown
        assert "OCI index, 2 platforms, 2 attestations" in shown
        assert "| **linux/" in shown
        assert shown.count("| linux/") == 1

        await session.do("Pin", file, "demo", only=["refactor"])
        first = await digest_by_skopeo(name)
        assert session.text(file) == around.format(f"{name}@{first}")

        newer = two_platform_image("demo app, the next version")
        await push(registry, newer, "1.0")
        # What the tag named was asked just now: without that, it is asked again.
        shutil.rmtree(tmp_path / "cache")
        assert f"sha256:{newer.digest.short}` now" in await session.shown(file, "demo")
        await session.do("Update", file, "demo")
        second = await digest_by_skopeo(name)
        assert second == str(newer.digest)
        assert session.text(file) == around.format(f"{name}@{second}")

        await session.do("Unpin", file, "demo")
        assert session.text(file) == around.format(name)


BEGINNING = """
local function buffer()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\\n")
end
local given = vim.fn.json_decode(vim.fn.readfile(vim.env.GIVEN))
vim.cmd("edit " .. given.file)
local client = vim.lsp.start_client({cmd = given.command, root_dir = given.root})
vim.lsp.buf_attach_client(0, client)
vim.wait(20000, function() return vim.lsp.get_client_by_id(client) ~= nil
  and vim.lsp.get_client_by_id(client).initialized end)
local attached = vim.lsp.get_client_by_id(client)
local function ask(method, params)
  local answer, failure = vim.lsp.buf_request_sync(0, method, params, 20000)
  if failure then error(method .. ": " .. failure) end
  if answer[client].error then error(method .. ": " .. vim.inspect(answer[client].error)) end
  return answer[client].result
end
local function hover()
  return ask("textDocument/hover", vim.lsp.util.make_position_params(0, attached.offset_encoding))
end
local function choose(title)
  local params = vim.lsp.util.make_range_params(0, attached.offset_encoding)
  params.context = {diagnostics = {}}
  for _, action in ipairs(ask("textDocument/codeAction", params)) do
    if vim.startswith(action.title, title) then
      local resolved = ask("codeAction/resolve", action)
      vim.lsp.util.apply_workspace_edit(resolved.edit, attached.offset_encoding)
      return action.title
    end
  end
  error("no action " .. title)
end
local told = {encoding = attached.offset_encoding}
vim.fn.search(given.cursor)
"""

END = """
vim.lsp.stop_client(client)
vim.wait(20000, function() return vim.lsp.get_client_by_id(client) == nil end)
told.stopped = vim.lsp.get_client_by_id(client) == nil
vim.fn.writefile({vim.fn.json_encode(told)}, vim.env.TOLD)
"""

PINS = """
told.hover = hover()
told.lines = vim.lsp.util.convert_input_to_markdown_lines(told.hover.contents)
told.pin = choose("Pin")
told.pinned = buffer()
told.unpin = choose("Unpin")
told.unpinned = buffer()
"""

NAVIGATES = """
local function completed()
  local params = vim.lsp.util.make_position_params(0, attached.offset_encoding)
  for _ = 1, 200 do
    local list = ask("textDocument/completion", params)
    if #list.items > 0 then return list.items end
    vim.wait(100)
  end
  error("nothing to complete with")
end
local function at(pattern)
  vim.fn.cursor(1, 1)
  vim.fn.search(pattern, "c")
end
vim.cmd("normal! f:l")
local items = completed()
table.sort(items, function(a, b) return a.sortText < b.sortText end)
told.tags = vim.tbl_map(function(item) return item.label end, items)
vim.lsp.util.apply_text_edits({items[1].textEdit}, 0, attached.offset_encoding)
told.completed = buffer()
local chosen = ask("completionItem/resolve", items[1])
told.detail = chosen.detail
at("base$")
vim.lsp.buf.definition()
vim.wait(20000, function() return vim.fn.line(".") == 2 end)
told.defined = {vim.fn.line("."), vim.fn.expand("<cword>")}
at("base$")
vim.lsp.buf.rename("first")
vim.wait(20000, function() return buffer():find("first") ~= nil end)
told.renamed = buffer()
"""


async def neovim(tmp_path, body, text):
    """Run Lua in a Neovim that has `text` open as a Dockerfile; give what it has told."""
    require("nvim")
    work = tmp_path / "work"
    for folder in (work, tmp_path / "home"):
        folder.mkdir()
    (work / "Dockerfile").write_text(text)
    given = {
        "file": str(work / "Dockerfile"),
        "root": str(work),
        "command": COMMAND,
        "cursor": "demo",
    }
    (tmp_path / "given.json").write_text(json.dumps(given))
    (tmp_path / "test.lua").write_text(BEGINNING + body + END)
    env = environment(tmp_path) | {
        "GIVEN": str(tmp_path / "given.json"),
        "TOLD": str(tmp_path / "told.json"),
        "XDG_STATE_HOME": str(tmp_path / "home"),
        "XDG_CACHE_HOME": str(tmp_path / "home"),
        "LC_ALL": "C.UTF-8",
    }
    script = ("-c", f"luafile {tmp_path / 'test.lua'}", "-c", "qa!")
    _, complaints = await run("nvim", "--headless", "--clean", *script, env=env, cwd=work)
    assert (tmp_path / "told.json").exists(), complaints.decode()
    told = json.loads((tmp_path / "told.json").read_text())
    assert told["stopped"]
    return told


async def test_neovim(tmp_path):
    async with debian_registry() as registry:
        image = two_platform_image()
        await push(registry, image, "1.0")
        name = f"{registry.host}/demo/app:1.0"
        text = f"# 𝄞 é\nFROM {name} AS base\nRUN echo 𝄞"
        told = await neovim(tmp_path, PINS, text)

        assert told["lines"][0].startswith(f"**{name}**")
        assert any(f"`sha256:{image.digest.short}`" in line for line in told["lines"])
        start = told["hover"]["range"]["start"]
        assert start == {"line": 1, "character": len("FROM ")}
        assert told["pin"] == f"Pin {name} to its digest"
        assert told["pinned"] == text.replace(name, f"{name}@{image.digest}")
        assert told["unpinned"] == text


async def test_neovim_completes_goes_to_definitions_and_renames(tmp_path):
    async with debian_registry() as registry:
        await push(registry, two_platform_image(), "1.0-slim", "1.0", "1.1-slim", "1.10-slim")
        name = f"{registry.host.replace('127.0.0.1', 'localhost')}/demo/app"
        text = f"# 𝄞 é\nFROM {name}:1.0-slim AS base\nRUN echo 𝄞\nFROM base"
        told = await neovim(tmp_path, NAVIGATES, text)
        assert told["tags"][:3] == ["1.10-slim", "1.1-slim", "1.0-slim"]
        assert told["completed"] == text.replace("1.0-slim", "1.10-slim")
        assert "linux/amd64" in told["detail"]
        assert told["defined"] == [2, "base"]
        assert told["renamed"] == told["completed"].replace("base", "first")
