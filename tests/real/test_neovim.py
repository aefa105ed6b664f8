"""Neovim with what the page of editors prints, and with findings, against docker-registry.

Debian's Neovim is older than the interfaces that are printed for newer ones: those are stood in for by what
it has, so that the printed text itself runs.
"""

import asyncio
import json
import os
import re
import sys
from pathlib import Path

import httpx
import pytest

from support.editor import environment
from support.real_parts import debian_registry, push_image, require, two_platform_image

PATIENCE = 90
PAGE = Path(__file__).parent.parent.parent / "docs" / "editors.md"
NEW, OLDER, ON_SAVE = re.findall(
    r"^```lua\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE
)

# vim.lsp.start came with 0.8, get_clients with 0.10, config, enable and methods of clients with 0.11.
STAND_INS = """
local started = {}
function vim.lsp.start(config)
  started[config.name] = started[config.name] or vim.lsp.start_client(config)
  vim.lsp.buf_attach_client(0, started[config.name])
end
function vim.lsp.get_clients(filter)
  local found = {}
  for _, client in pairs(vim.lsp.buf_get_clients(filter and filter.bufnr or 0)) do
    if not filter or not filter.name or client.name == filter.name then
      table.insert(found, setmetatable({
        request_sync = function(_, ...) return client.request_sync(...) end,
      }, {__index = client}))
    end
  end
  return found
end
local configs = {}
vim.lsp = setmetatable({
  config = function(name, config) configs[name] = config end,
  enable = function(name)
    local config = configs[name]
    vim.api.nvim_create_autocmd("FileType", {pattern = config.filetypes, callback = function()
      vim.lsp.start(vim.tbl_extend("keep", {name = name, root_dir = vim.fn.getcwd()}, config))
    end})
  end,
}, {__index = vim.lsp})
"""
TOOLS = """
local told = {}
local function buffer()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\\n")
end
local function client()
  vim.wait(20000, function()
    local found = vim.lsp.get_clients({bufnr = 0})[1]
    return found ~= nil and found.initialized
  end)
  return vim.lsp.get_clients({bufnr = 0})[1]
end
local function found()
  local codes = {}
  for _, each in ipairs(vim.diagnostic.get(0)) do
    table.insert(codes, each.code or each.user_data.lsp.code)
  end
  return table.concat(codes, " ")
end
local function wait_for(codes)
  vim.wait(20000, function() return found() == codes end, 50)
  table.insert(told, found())
end
local function choose(title, column)
  vim.api.nvim_win_set_cursor(0, {1, column})
  local attached = client()
  local params = vim.lsp.util.make_range_params(0, attached.offset_encoding)
  params.context = {diagnostics = vim.lsp.diagnostic.get_line_diagnostics()}
  local answer = attached:request_sync("textDocument/codeAction", params, 20000, 0)
  for _, action in ipairs(answer.result) do
    if vim.startswith(action.title, title) then
      vim.lsp.util.apply_workspace_edit(action.edit, attached.offset_encoding)
      return
    end
  end
  error("no action " .. title .. ": " .. vim.inspect(answer.result))
end
local function set(line)
  vim.api.nvim_buf_set_lines(0, 0, -1, false, {line})
end
"""
END = """
vim.fn.writefile({vim.fn.json_encode(told)}, vim.env.TOLD)
"""


async def told_by(tmp_path, script, file, text):
    """Run a script in Neovim on a file; give what it has told."""
    work = tmp_path / "work"
    for folder in (work, tmp_path / "home"):
        folder.mkdir(exist_ok=True)
    (work / file).write_text(text)
    (tmp_path / "test.lua").write_text(script)
    known = environment(tmp_path) | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "TOLD": str(tmp_path / "told.json"),
        "XDG_STATE_HOME": str(tmp_path / "home"),
        "XDG_CACHE_HOME": str(tmp_path / "home"),
        "LC_ALL": "C.UTF-8",
    }
    commands = ("--headless", "--clean", "-c", f"luafile {tmp_path / 'test.lua'}", "-c", "qa!")
    process = await asyncio.create_subprocess_exec(
        require("nvim"),
        *commands,
        cwd=work,
        env=known,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            _, complaints = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert (tmp_path / "told.json").exists(), complaints.decode()
    return json.loads((tmp_path / "told.json").read_text())


@pytest.fixture
async def name():
    async with debian_registry() as registry:
        async with httpx.AsyncClient(base_url=registry.url, trust_env=False) as client:
            await push_image(client, "demo/app", two_platform_image(), "1.0", "latest")
        yield f"{registry.host}/demo/app"


@pytest.mark.parametrize("printed", [NEW, OLDER], ids=["0.11", "0.8"])
async def test_what_the_page_prints_starts_the_server(tmp_path, name, printed):
    script = """
vim.cmd("edit Dockerfile")
vim.cmd("set filetype=dockerfile")
vim.fn.search("demo")
local attached = client()
local params = vim.lsp.util.make_position_params(0, attached.offset_encoding)
local hover = attached:request_sync("textDocument/hover", params, 20000, 0)
told = {attached.name, attached.config.settings.tagwise.platform, hover.result.contents.value}
"""
    script = STAND_INS + printed + TOOLS + script + END
    told = await told_by(tmp_path, script, "Dockerfile", f"FROM {name}:1.0\n")
    assert told[:2] == ["tagwise", "linux/arm64"]
    assert "linux/arm64" in told[2]


async def test_what_the_page_prints_pins_before_writing(tmp_path, name):
    script = """
vim.cmd("edit Dockerfile")
vim.cmd("set filetype=dockerfile")
client()
vim.cmd("write")
told = {vim.bo.modified, buffer(), table.concat(vim.fn.readfile("Dockerfile"), "\\n")}
"""
    script = STAND_INS + NEW + ON_SAVE + TOOLS + script + END
    is_modified, shown, written = await told_by(
        tmp_path, script, "Dockerfile", f"FROM {name}:1.0\n"
    )
    assert is_modified is False
    assert shown == written == f"FROM {name}:1.0@{two_platform_image().digest}"


async def test_a_finding_appears_is_fixed_switched_off_and_goes(tmp_path, name):
    script = """
vim.cmd("edit Dockerfile")
vim.cmd("set filetype=dockerfile")
client()
wait_for("not-found")
choose("Use ", string.len(vim.fn.getline(1)) - 1)
table.insert(told, buffer())
wait_for("")
set("FROM NAME")
wait_for("untagged")
choose("Ignore untagged", 6)
table.insert(told, buffer())
wait_for("")
set("FROM NAME:latest")
wait_for("latest")
set("FROM NAME:1.0")
wait_for("")
""".replace("NAME", name)
    script = STAND_INS + NEW + TOOLS + script + END
    told = await told_by(tmp_path, script, "Dockerfile", f"FROM {name}:1.1\n")
    assert told == [
        *("not-found", f"FROM {name}:1.0", ""),
        *("untagged", f"# tagwise: ignore[untagged]\nFROM {name}", ""),
        *("latest", ""),
    ]
