"""Writes what is generated from the code into this folder (`make docs`); a test fails while it is stale."""

import json
from collections.abc import Callable
from pathlib import Path

from tagwise.ide.diagnostics.pages import rules_page
from tagwise.session.setting_pages import repository_schema, settings_page, user_schema

PAGES: dict[str, Callable[[], str]] = {
    "rules.md": rules_page,
    "settings.md": settings_page,
    "tagwise.schema.json": lambda: f"{json.dumps(repository_schema(), indent=2)}\n",
    "config.schema.json": lambda: f"{json.dumps(user_schema(), indent=2)}\n",
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        Path(__file__).with_name(name).write_text(page(), "utf-8")
