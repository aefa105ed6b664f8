"""Neovim, driven by scripts of its own language.

Debian's Neovim is older than the interfaces that the page of editors prints for newer ones: those are stood
in for by what it has, so that the printed text itself runs.
"""

import asyncio
import json
import os
import re
import sys
from pathlib import Path

from support.editor import environment
from support.real_parts import require

PATIENCE = 90
PAGE = Path(__file__).parents[2] / "docs" / "editors.md"
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


async def told_by(tmp_path, script, files):
    """Run a script in Neovim, started where the files are; give what it has told."""
    work = tmp_path / "work"
    (tmp_path / "home").mkdir(exist_ok=True)
    for name, text in files.items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text(text)
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
