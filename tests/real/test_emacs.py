"""Emacs with what the page of editors prints, in a home of its own, against docker-registry.

What is printed starts the server by itself when a file is visited, and says a setting, which counts.
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
EGLOT, LSP_MODE = re.findall(
    r"^```elisp\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE
)

# Without a terminal nothing runs when a command has ended, and nobody answers lsp-mode's question
# what the project's folder is.
START = """
(setq-default lsp-auto-guess-root t lsp-enable-snippet nil lsp-diagnostics-provider :flymake)
(require 'package)
(package-initialize)
(require 'dockerfile-mode)
(require 'LIBRARY)
"""
VISIT = """
(defun eventually (condition)
  (let ((left 300))
    (while (and (> left 0) (not (funcall condition)))
      (run-hooks 'post-command-hook)
      (accept-process-output nil 0.1)
      (setq left (1- left)))))
(find-file "Dockerfile")
"""
TELL = """
(with-temp-file (getenv "TOLD")
  (insert (json-encode (vector (vconcat diagnostics) hover))))
"""
BY_EGLOT = """
(defun messages () (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))
(eventually (lambda () (and (eglot-current-server) (messages))))
(goto-char (point-min))
(search-forward "demo")
(setq hover
      (plist-get (plist-get (jsonrpc-request (eglot-current-server) :textDocument/hover
                                             (eglot--TextDocumentPositionParams))
                            :contents)
                 :value))
(setq diagnostics (messages))
"""
BY_LSP_MODE = """
(defun messages ()
  (let (found)
    (maphash (lambda (_ each) (setq found (append found (mapcar #'lsp:diagnostic-message each))))
             (lsp-diagnostics))
    found))
(setq lsp-idle-delay 0)
(unless (bound-and-true-p lsp-mode) (lsp))
(eventually (lambda () (and (lsp-workspaces) (messages))))
(goto-char (point-min))
(search-forward "demo")
(setq hover (lsp:markup-content-value
             (lsp:hover-contents
              (lsp-request "textDocument/hover" (lsp--text-document-position-params)))))
(setq diagnostics (messages))
"""


@pytest.fixture
async def name():
    async with debian_registry() as registry:
        async with httpx.AsyncClient(base_url=registry.url, trust_env=False) as client:
            await push_image(client, "demo/app", two_platform_image(), "1.0")
        yield f"{registry.host}/demo/app"


@pytest.mark.parametrize(
    ("library", "printed", "look"),
    [("eglot", EGLOT, BY_EGLOT), ("lsp-mode", LSP_MODE, BY_LSP_MODE)],
    ids=["eglot", "lsp-mode"],
)
async def test_what_the_page_prints_shows_a_card_and_findings(
    tmp_path, name, library, printed, look
):
    work = tmp_path / "work"
    (work / ".git").mkdir(parents=True)
    (work / "Dockerfile").write_text(f"FROM {name}:1.0 AS Build\n")
    script = START.replace("LIBRARY", library) + printed + VISIT + look + TELL
    (tmp_path / "test.el").write_text(script)
    known = environment(tmp_path) | {
        "HOME": str(tmp_path),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "TOLD": str(tmp_path / "told.json"),
        "LC_ALL": "C.UTF-8",
    }
    process = await asyncio.create_subprocess_exec(
        *(require("emacs"), "--batch", "--load", str(tmp_path / "test.el")),
        cwd=work,
        env=known,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert (tmp_path / "told.json").exists(), said.decode()
    diagnostics, hover = json.loads((tmp_path / "told.json").read_text())
    (diagnostic,) = diagnostics
    assert "Stage name 'Build' should be lowercase" in diagnostic
    assert "linux/arm64" in hover.partition("amd64")[0], "the setting's platform comes first"
