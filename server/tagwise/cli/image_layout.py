"""How `tagwise images` prints rows: docker's table, JSON, or a template of one's own.

Follows docker/cli, cli/command/formatter (`NewImageFormat`, `Context`).  Does not know where the
images come from.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Self

import attrs

from tagwise.cli.columns import in_columns
from tagwise.cli.go_template.template import Template
from tagwise.cli.image_rows import TITLES

TABLE: Final = "table"
_PLAIN: Final = r"{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}"
_WITH_DIGEST: Final = (
    r"{{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}"
)
_DIGEST: Final = "{{.Digest}}"


@attrs.frozen
class Layout:
    """How rows are printed: by a template, and in columns under a header or not."""

    template: Template
    has_header: bool
    titles: Mapping[str, str] = TITLES

    @classmethod
    def read(cls, form: str, *, quiet: bool, digests: bool) -> Self:
        """Read `--format`; as in docker, `-q` counts only where no template is given.

        :raises InvalidTemplate: with what cannot be read.
        """
        match form:
            case "table" if quiet:
                text, has_header = "{{.ID}}", False
            case "raw":
                text, has_header = _raw(quiet=quiet, digests=digests), False
            case _:
                text, has_header = _template(form, _WITH_DIGEST if digests else _PLAIN)
        if digests and has_header and _DIGEST not in text:
            text += rf"\t{_DIGEST}"
        return cls(Template.parse(text, fields=tuple(TITLES)), has_header)

    @classmethod
    def of(cls, form: str, *, titles: Mapping[str, str], table: str) -> Self:
        """Read a format for rows with other fields, which `table` lays out unless it says how.

        :raises InvalidTemplate: with what cannot be read.
        """
        text, has_header = _template(form, table)
        return cls(Template.parse(text, fields=tuple(titles)), has_header, titles)

    def lines(self, rows: Sequence[Mapping[str, str]]) -> Iterable[str]:
        lines = [self.template.render(row) for row in rows]
        header = self.template.header(self.titles)
        return in_columns([header, *lines]) if self.has_header else lines


def _template(form: str, table: str) -> tuple[str, bool]:
    """Return the template that a format stands for, and whether it makes a table."""
    if form == "json":
        return "{{json .}}", False
    if not form.startswith(TABLE):
        return form.strip(" "), False
    return form.removeprefix(TABLE).strip(" ") or table, True


def _raw(*, quiet: bool, digests: bool) -> str:
    if quiet:
        return "image_id: {{.ID}}"
    digest = "digest: {{.Digest}}\n" if digests else ""
    return (
        f"repository: {{{{.Repository}}}}\ntag: {{{{.Tag}}}}\n{digest}image_id: {{{{.ID}}}}\n"
        "created_at: {{.CreatedAt}}\nvirtual_size: {{.Size}}\n"
    )
