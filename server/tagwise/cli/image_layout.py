"""How `tagwise images` prints rows: docker's table, JSON, or a template of one's own.

Follows docker/cli, cli/command/formatter (`NewImageFormat`, `Context`).  Does not know where the
images come from.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Self

import attrs

from tagwise.cli.columns import in_columns
from tagwise.cli.go_template import Template
from tagwise.cli.image_rows import TITLES

TABLE: Final = "table"
JSON: Final = "json"
_PLAIN: Final = r"{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}"
_WITH_DIGEST: Final = (
    r"{{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}"
)


@attrs.frozen
class Layout:
    """How rows are printed: `template` None stands for JSON."""

    template: Template | None
    has_header: bool

    @classmethod
    def read(cls, form: str, *, quiet: bool, digests: bool) -> Self:
        """Read `--format`; as in docker, `-q` counts only where no template is given."""
        fields = tuple(TITLES)
        if form == JSON:
            return cls(None, has_header=False)
        if form == TABLE and quiet:
            return cls(Template.parse("{{.ID}}", fields=fields), has_header=False)
        if form == TABLE:
            text = _WITH_DIGEST if digests else _PLAIN
            return cls(Template.parse(text, fields=fields), has_header=True)
        head, _, rest = form.partition(" ")
        if head == TABLE:
            return cls(Template.parse(rest.strip(), fields=fields), has_header=True)
        return cls(Template.parse(form, fields=fields), has_header=False)

    def lines(self, rows: Sequence[Mapping[str, str]]) -> Iterable[str]:
        template = self.template
        if template is None:
            return (json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows)
        lines = [template.render(row) for row in rows]
        return in_columns([template.header(TITLES), *lines]) if self.has_header else lines
