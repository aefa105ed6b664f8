"""`--format` as docker's templates have it (text/template, docker/cli's functions)."""

import pytest

from tagwise.cli.go_template import Template
from tagwise.cli.usage import WrongUsage

VALUES = {"ID": "4bcff63911fc", "Repository": "alpine", "Tag": "3.22"}


def rendered(text):
    return Template.parse(text, fields=tuple(VALUES)).render(VALUES)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{.Repository}}:{{.Tag}}", "alpine:3.22"),
        ("{{ .Repository }}", "alpine"),
        (r"{{.ID}}\t{{.Tag}}\n", "4bcff63911fc\t3.22\n"),
        ("{{json .Tag}}", '"3.22"'),
        ("{{json .}}", '{"ID":"4bcff63911fc","Repository":"alpine","Tag":"3.22"}'),
        ("{{upper .Repository}}", "ALPINE"),
        ("{{.Repository | upper}}", "ALPINE"),
        ("{{.Repository | upper | json}}", '"ALPINE"'),
        ("a {{- .Tag -}} b", "a3.22b"),
        ("no fields at all }}", "no fields at all }}"),
        ("", ""),
    ],
)
def test_what_is_printed(template, expected):
    assert rendered(template) == expected


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{.Nope}}", r"no field \.Nope: use ID, Repository, Tag"),
        ("{{.ID", r"has no \}\}"),
        ("{{if .ID}}x{{end}}", "cannot be read here"),
        ("{{range .}}", "cannot be read here"),
        ("{{.ID | nothing}}", "cannot be read here"),
        ("{{.}}", r"written \{\{json \.\}\}"),
        ("{{}}", "cannot be read here"),
    ],
)
def test_what_is_not_read_is_refused(template, said):
    with pytest.raises(WrongUsage, match=said):
        rendered(template)


def test_a_header_has_the_titles_in_the_places_of_the_fields():
    template = Template.parse(r"{{.ID | lower}}\t{{upper .Tag}} x", fields=tuple(VALUES))
    assert template.header({"ID": "IMAGE ID", "Tag": "TAG"}) == "IMAGE ID\tTAG x"


def test_json_is_escaped_as_docker_escapes_it():
    """docker/cli, templates.go, `formatJSON`, and formatter/reflect.go, `marshalJSON`."""

    def shown(template):
        return Template.parse(template, fields=("Tag",)).render({"Tag": "<none>&"})

    assert shown("{{json .Tag}}") == '"<none>&"'
    assert shown("{{json .}}") == r'{"Tag":"\u003cnone\u003e\u0026"}'
