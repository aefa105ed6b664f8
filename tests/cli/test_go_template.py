"""`--format` as docker's templates have it (text/template, docker/cli's functions)."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwise.cli.go_template.errors import InvalidTemplate
from tagwise.cli.go_template.template import Template

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
    ("template", "expected"),
    [
        ('{{if eq .Tag "3.22"}}new{{else if .Tag}}old{{else}}none{{end}}', "new"),
        ('{{if and .ID (ne .Tag "x")}}yes{{end}}', "yes"),
        ("{{with .Tag}}{{.}} {{$.ID}}{{end}}", "3.22 4bcff63911fc"),
        ('{{range $i, $w := split .Tag "."}}{{$i}}{{$w}};{{end}}', "03;122;"),
        ('{{range split "a,b,c" ","}}{{if eq . "c"}}{{break}}{{end}}{{.}}{{end}}', "ab"),
        ('{{join (split .Tag ".") "-"}}', "3-22"),
        ('{{printf "%-8s|%5s|%q" .Tag .Tag .Tag}}', '3.22    | 3.22|"3.22"'),
        ('{{.Tag | printf "%s:%s" .Repository | upper}}', "ALPINE:3.22"),
        ("{{truncate .ID 4}} {{pad .Tag 1 2}}|", "4bcf  3.22  |"),
        ('{{len .ID}} {{index (split .Tag ".") 1}}', "12 22"),
        ("{{$x := .Tag}}{{$x}}{{$x = .ID}}{{/* now */}} {{$x}}", "3.22 4bcff63911fc"),
        ('{{define "T"}}<{{.}}>{{end}}{{template "T" .Tag}}', "<3.22>"),
        ("{{1.5}} {{1e21}} {{0x1F}} {{'a'}} {{true}}", "1.5 1e+21 31 97 true"),
    ],
)
def test_what_go_can(template, expected):
    """Each of these, and more, is held against docker itself in `tests/real`."""
    assert rendered(template) == expected


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{.Nope}}", r"character 3 \('\.Nope}}'\): there is no field \.Nope: use ID, Reposi"),
        ("a {{.ID", r"character 3 .*: an action is not closed"),
        (r"a\n{{.ID | nothing}}", r"line 2, character 9 .*: there is no function nothing"),
        ("{{if .ID}}x", r"an \{\{if\}\}, .* has no \{\{end\}\}"),
        ("{{end}}", r"ends nothing"),
        ("{{}}", "character 3 .*: a value is missing"),
        ("{{.ID | truncate 3}}", "character 18 .*: truncate wants a text here, not 3"),
        ("{{ne .ID 1}}", "incompatible types"),
        ("{{range .}}{{end}}", "can't iterate over a row"),
        ('{{index (split .Tag ".") 9}}', "index out of range: 9"),
        ("{{.ID.Foo}}", r"string has no field \.Foo"),
        ("{{.ID .Tag}}", "is no function"),
        ('{{"open}}', "a quotation is not closed"),
        ("{{/* open", "a comment is not closed"),
        ("{{$x}}", "not set before"),
        ("{{break}}", "outside a"),
        ("{{upper}}", "takes 1 value, not 0"),
        ('{{define "T"}}{{template "T"}}{{end}}{{template "T"}}', "too deeply"),
        ("{{range 90000}}{{range 90000}}{{end}}{{end}}", "takes too long"),
        ("{{" + "(" * 200 + "}}", "nested too deeply"),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(template, said):
    with pytest.raises(InvalidTemplate, match=said):
        rendered(template)


@given(st.text(alphabet="{}-. |$\"'`/*:=()0aIDTag\\\n", max_size=30))
def test_whatever_is_written_is_printed_or_refused(template):
    with suppress(InvalidTemplate):
        rendered("{{" + template + "}}")


def test_a_header_has_the_titles_in_the_places_of_the_fields():
    template = Template.parse(r"{{.ID | lower}}\t{{upper .Tag}} x", fields=tuple(VALUES))
    assert template.header({"ID": "IMAGE ID", "Tag": "TAG"}) == "IMAGE ID\tTAG x"


def test_json_is_escaped_as_docker_escapes_it():
    """docker/cli, templates.go, `formatJSON`, and formatter/reflect.go, `marshalJSON`."""

    def shown(template):
        return Template.parse(template, fields=("Tag",)).render({"Tag": "<none>&"})

    assert shown("{{json .Tag}}") == '"<none>&"'
    assert shown("{{json .}}") == r'{"Tag":"\u003cnone\u003e\u0026"}'
