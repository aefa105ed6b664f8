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

    @classmethod
    def read(cls, form: str, *, quiet: bool, digests: bool) -> Self:
        """Read `--format`; as in docker, `-q` counts only where no template is given.

        :raises InvalidTemplate: with what cannot be read.
        """
        text, has_header = _template(form, quiet=quiet, digests=digests)
        return cls(Template.parse(text, fields=tuple(TITLES)), has_header)

    def lines(self, rows: Sequence[Mapping[str, str]]) -> Iterable[str]:
        lines = [self.template.render(row) for row in rows]
        return in_columns([self.template.header(TITLES), *lines]) if self.has_header else lines


def _template(form: str, *, quiet: bool, digests: bool) -> tuple[str, bool]:
    """Return the template that a format stands for, and whether it makes a table."""
    match form:
        case "table":
            return ("{{.ID}}", False) if quiet else (_WITH_DIGEST if digests else _PLAIN, True)
        case "json":
            return "{{json .}}", False
        case "raw":
            return _raw(quiet=quiet, digests=digests), False
        case _:
            pass
    if not form.startswith(TABLE):
        return form.strip(" "), False
    text = form.removeprefix(TABLE).strip(" ")
    return (f"{text}\t{_DIGEST}" if digests and _DIGEST not in text else text), True


def _raw(*, quiet: bool, digests: bool) -> str:
    if quiet:
        return "image_id: {{.ID}}"
    digest = "digest: {{.Digest}}\n" if digests else ""
    return (
        f"repository: {{{{.Repository}}}}\ntag: {{{{.Tag}}}}\n{digest}image_id: {{{{.ID}}}}\n"
        "created_at: {{.CreatedAt}}\nvirtual_size: {{.Size}}\n"
    )
