"""The page of all rules, generated from their table.

Does not know where the page stands.
"""

from collections.abc import Iterator

from tagwise.ide.diagnostics.rule import Rule
from tagwise.ide.diagnostics.rules import RULES

_HEAD = """# Rules

What Tagwise finds, in an editor and with `tagwise check`. This page is generated (`make docs`).

A rule is switched by the setting `rules`, in `tagwise.toml`, in an editor or in the user's own file:

```toml
[rules]
unpinned = "warning"
latest = "off"
```

It says nothing of a line with the comment `# tagwise: ignore[rule]` at its end or alone above it (`//` in
JSON with comments; a Dockerfile has no comments at the end of a line), nor of what the setting `ignore`
names:

```toml
[ignore.paths]
"legacy/" = ["unpinned"]

[ignore.images]
"registry.example.com" = ["not-found"]
```

Only what is known is said: a registry that cannot be reached marks nothing.

| rule | says | by default |
|---|---|---|
"""


def rules_page() -> str:
    rows = "".join(
        f"| [`{each.id}`](#{_anchor(each)}) | {each.says} | {_default(each)} |\n" for each in RULES
    )
    return _HEAD + rows + "".join(line for rule in RULES for line in _section(rule))


def _section(rule: Rule) -> Iterator[str]:
    yield f"\n## {rule.id}\n\n"
    yield f"{rule.says[:1].upper()}{rule.says[1:]}.\n"
    yield f"By default: {_default(rule)}.\n\n{rule.why}\n"
    if rule.fix is not None:
        yield f"\nQuick fix: {rule.fix}.\n"


def _default(rule: Rule) -> str:
    return rule.default.value if rule.default is not None else "off"


def _anchor(rule: Rule) -> str:
    return rule.id.lower()
