"""Neovim with what the page of editors prints, and with every rule there is, against docker-registry."""

import json
import tomllib

import httpx
import pytest
import pytest_asyncio

from support.neovim import END, NEW, OLDER, ON_SAVE, STAND_INS, TOOLS, told_by
from support.real_parts import debian_registry, push_image, two_platform_image
from support.rule_cases import CASES, rule_world

# Each is told of under its rule; what a person does is done through what a person calls.
EVERY_RULE = """
local cases = vim.fn.json_decode(vim.fn.readfile("cases.json"))
told = vim.empty_dict()
local function show(case)
  vim.cmd("buffer " .. case.buffer)
end
local function codes(case)
  local found = {}
  for _, each in ipairs(vim.diagnostic.get(case.buffer)) do
    table.insert(found, each.code or each.user_data.lsp.code)
  end
  table.sort(found)
  return table.concat(found, " ")
end
local function text(case)
  return table.concat(vim.api.nvim_buf_get_lines(case.buffer, 0, -1, false), "\\n") .. "\\n"
end
local function set(case, to)
  local lines = vim.split(to, "\\n")
  table.remove(lines)
  vim.api.nvim_buf_set_lines(case.buffer, 0, -1, false, lines)
end
-- Wait until all of them are as they should be, and tell how each is then.
local function tell(name, wanted, is_right)
  local late
  vim.wait(20000, function()
    for _, case in ipairs(cases) do
      late = wanted(case) and not is_right(case) and case or nil
      if late then return false end
    end
    return true
  end, 20)
  if late and not name then error(late.rule .. ": " .. codes(late)) end
  for _, case in ipairs(cases) do
    if wanted(case) and name then told[case.rule][name] = codes(case) end
  end
end
local function any() return true end
local function is_found(case) return codes(case) == case.found end
local function is_not_found(case) return not string.find(codes(case), case.rule, 1, true) end
local function is_beside(case) return codes(case) == case.beside end
-- What the menu of code actions would show is chosen from by the beginning of a title.
local function choose(case, title)
  show(case)
  for _, each in ipairs(vim.diagnostic.get(case.buffer)) do
    if (each.code or each.user_data.lsp.code) == case.rule then
      vim.api.nvim_win_set_cursor(0, {each.lnum + 1, each.col})
      break
    end
  end
  local titles, tick = {}, vim.api.nvim_buf_get_changedtick(case.buffer)
  local is_chosen = false
  vim.ui.select = function(items, _, choose_item)
    for _, item in ipairs(items) do
      local action = item.action or item[2]
      table.insert(titles, action.title)
      if vim.startswith(action.title, title) and vim.startswith(action.kind, "quickfix") then
        is_chosen = true
        return choose_item(item)
      end
    end
  end
  vim.lsp.buf.code_action()
  vim.wait(20000, function()
    if string.find(title, "^Switch") then return is_chosen end
    return vim.api.nvim_buf_get_changedtick(case.buffer) ~= tick
  end, 5)
  if not is_chosen then
    error(case.rule .. ": no " .. title .. " in " .. vim.inspect(titles))
  end
end

for _, case in ipairs(cases) do
  vim.cmd("edit " .. case.path)
  vim.cmd("set filetype=" .. case.type)
  case.buffer = vim.api.nvim_get_current_buf()
  told[case.rule] = vim.empty_dict()
end
client()
tell("appears", any, is_found)

local function has_fix(case) return case.fix ~= "" end
for _, case in ipairs(cases) do
  if has_fix(case) then
    choose(case, case.fix)
    told[case.rule]["text fixed"] = text(case)
  end
end
tell("fixed", has_fix, is_not_found)
for _, case in ipairs(cases) do
  if has_fix(case) then set(case, case.text) end
end
tell(nil, has_fix, is_found)

local function is_ignorable(case) return case.number > 0 end
for count = 1, 2 do
  local function counts(case) return case.number >= count end
  for _, case in ipairs(cases) do
    if counts(case) then choose(case, "Ignore " .. case.rule .. " ") end
  end
  tell(nil, counts, function(case)
    local _, left = string.gsub(codes(case), vim.pesc(case.rule), "")
    return left <= case.number - count
  end)
end
for _, case in ipairs(cases) do
  if is_ignorable(case) then told[case.rule]["text ignored"] = text(case) end
end
tell("ignored", is_ignorable, is_beside)

for _, case in ipairs(cases) do set(case, case.text) end
tell(nil, any, is_found)
for _, case in ipairs(cases) do set(case, case.without) end
tell("gone", any, is_not_found)

for _, case in ipairs(cases) do set(case, case.text) end
tell(nil, any, is_found)
local function is_on(case) return not case.isOff end
for _, case in ipairs(cases) do
  if is_on(case) then
    choose(case, "Switch " .. case.rule .. " off in ")
    vim.cmd("silent wall")
  end
end
tell("off", is_on, is_not_found)
"""

ON = [case for case in CASES if not case.severity]
GROUPS = {"on": ON} | {case.rule: [case] for case in CASES if case.severity}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world():
    async with rule_world() as world:
        yield world


@pytest.fixture(params=GROUPS.values(), ids=GROUPS.keys())
def group(request):
    return request.param


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
    told = await told_by(tmp_path, script, {"Dockerfile": f"FROM {name}:1.0\n"})
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
        tmp_path, script, {"Dockerfile": f"FROM {name}:1.0\n"}
    )
    assert is_modified is False
    assert shown == written == f"FROM {name}:1.0@{two_platform_image().digest}"


async def test_every_rule_appears_is_fixed_is_switched_off_and_goes(tmp_path, world, group):
    """All cases at once, each in a buffer of its own: nobody waits for one at a time."""
    cases = [
        {
            "path": f"{case.rule}/{case.file}",
            "type": "dockerfile" if case.file == "Dockerfile" else "yaml",
            "rule": case.rule,
            "found": " ".join(case.found),
            "beside": " ".join(sorted(case.beside)),
            "text": world.text(case.text),
            "without": world.text(case.without),
            "fix": case.fix,
            "number": case.number if case.ignorable else 0,
            "isOff": bool(case.severity),
        }
        for case in group
    ]
    files = {each["path"]: each["text"] for each in cases}
    files |= {"cases.json": json.dumps(cases), "tagwise.toml": group[0].toml}
    told = await told_by(tmp_path, STAND_INS + NEW + TOOLS + EVERY_RULE + END, files)
    for case in group:
        has = told[case.rule]
        assert has.pop("appears") == " ".join(case.found)
        assert has.pop("gone").split().count(case.rule) == 0
        if case.fix:
            assert world.text(case.fixed) in has.pop("text fixed")
            assert case.rule not in has.pop("fixed")
        if case.ignorable:
            assert has.pop("text ignored").count(f"# tagwise: ignore[{case.rule}]\n") == case.number
            assert has.pop("ignored") == " ".join(sorted(case.beside))
        if not case.severity:
            assert case.rule not in has.pop("off")
        assert has == {}
    rules = tomllib.loads((tmp_path / "work" / "tagwise.toml").read_text()).get("rules", {})
    assert rules == {case.rule: case.severity or "off" for case in group}
