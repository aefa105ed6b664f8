"""Templates of `--format`, beside what the real docker prints for the same images."""

import pytest

from support.engine_terminal import AGE, Terminal
from support.engines import running_dockerd
from support.real_parts import require

# One a line: what docker prints for it, or that it refuses it, is what is right.
TEMPLATES = r"""
{{.Nope}}
{{foo .ID}}
{{.ID
{{if .ID}}x
{{range .}}x{{end}}
{{len .ID}}
{{index .ID 0}}
{{lt .ID "x"}}
{{$x := .ID}}{{$x}}
{{.ID.Foo}}
{{upper}}
{{pad .ID 1 2}}|
{{truncate .ID 3}}
{{printf "%5s|%-8s|%q|%d|%v|%x|%05d|%+d|%t|%T|%6.2f|%c|%U|%b|%#x|%e|%g" .Tag .Tag .Tag 3 true .Tag 42 7 true .Tag 3.14159 65 65 5 255 12345.678 1e30}}
{{join (split .Repository "/") "-"}}
{{range split .Repository "/"}}[{{.}}]{{end}}
{{1.5}} {{1e21}} {{1e6}} {{0.00001}} {{100000.0}} {{1234567.5}} {{-2.50}}
{{print 1 2 "a" "b" 3}}
{{println .ID .Tag}}
{{title "hello wORLD-x y'z"}}
{{eq .Tag "1.0" "2"}}
{{not .ID}}
{{html "<a href='x'>&\""}} {{js "it's <b>\"=&"}} {{urlquery "a b&c=d/é"}}
{{slice .ID 1 3}} {{slice .ID 2}} {{slice .ID}}
{{slice .ID 5 3}}
{{with .Tag}}{{.}}{{else}}no{{end}}
{{/* c */}}x
{{- /* c */ -}} y
a {{- /* c */ -}} b {{ .Tag }}
{{}}
{{end}}
{{"a" | upper | printf "%s-%s" .Tag}}
{{.ID | truncate 3}}
{{json .Tag}} {{json (split .Repository "/")}} {{json 3}} {{json true}}
{{ne .ID 1}}
{{'a'}} {{0x1F}} {{1_000}}
{{nil}}
{{range $i, $e := split .Repository "/"}}{{$i}}={{$e}} {{end}}
{{range $e := split .Repository "/"}}{{if eq $e "app"}}{{continue}}{{end}}{{$e}}{{else}}none{{end}}
{{range split "a,b,c" ","}}{{if eq . "b"}}{{break}}{{end}}{{.}}{{end}}
{{if eq .Tag "1.0"}}A{{else if eq .Tag "2"}}B{{else}}C{{end}}
{{define "T"}}[{{.Tag}}]{{end}}{{template "T" .}}
{{block "T" .}}<{{.ID}}>{{end}}
{{len "äb"}} {{len (split "a,b" ",")}}
{{printf "%d" .ID}}
{{printf "%s"}}
{{printf "%s" 1 2}}
{{printf "%z %!" 1}}
{{printf "%*d|%-*d|" 5 1 5 2}}
{{.Tag -}} x {{- .ID}}
{{ge 2 1}} {{le 2 2}} {{gt "b" "a"}}
{{print}}|
{{split "a,b" ","}}
{{break}}
{{.ID}}}}
{{(split .Repository "/") | len}}
{{index (split .Repository "/") 1}}
{{index (split .Repository "/") 9}}
{{$x}}
{{$x := 1}}{{$x = 2}}{{$x}}
{{if .ID}}{{$x := 1}}{{end}}{{$x}}
{{$.ID}}
{{with $t := .Tag}}{{$t}}{{$.ID}}{{end}}
{{range 3}}{{.}}{{end}}
{{`raw \n`}} {{"a\tb\"\x41\u00e9"}}
{{true}} {{false}}
{{eq true true}} {{eq 1 1.0}}
{{.ID .Tag}}
{{"x" | .ID}}
{{range}}{{end}}
{{if}}{{end}}
{{if .ID}}a{{else}}b{{else}}c{{end}}
{{len 3}}
{{lower "ABC" "x"}}
{{printf "%q" (split "a,b" ",")}} {{printf "%v %s" (split "a,b" ",") (split "c" ",")}}
{{printf "%08.3f|%-8d|%x|%X" 3.14159 5 "hi" 255}}
{{.ID | len | printf "%03d"}}
{{if and (ne .Tag "x") (or .ID .Tag)}}yes{{end}}
{{- .Tag}}{{"\n"}}x
table {{.ID | upper}}\t{{lower .Tag}}\t{{printf "%s" .Size}}
table {{json .}}
table {{json .Tag}}\t{{truncate .ID 4}}\t{{pad .Tag 2 3}}|
table {{if eq .Tag "1.0"}}yes{{else}}no{{end}}\t{{.Size}}
table {{range split .Repository "/"}}{{.}}{{end}}
table {{len .ID}}\t{{.Tag}}
table{{.ID}}
raw
json
{{json .}}
{{or .Nope 1}}
{{truncate "abc" 10}}
{{"unclosed}}
{{.ID | nope}}
{{.Tag}} {{"}}"}}
{{/* unclosed
{{ 3 | printf "%d" }}
{{printf "%v %v" nil 1}}
{{print nil}}
{{eq .ID nil}}
{{template "nope"}}
{{index "abc" "x"}}
{{split .ID ""}}
{{join .ID ","}}
{{title .Repository}}{{upper "ß"}}
{{and .ID .Tag}} {{or "" .Tag}} {{and "" .Tag}}

"""


@pytest.fixture(scope="module")
def dockerd(tmp_path_factory):
    require("docker")
    with running_dockerd() as address:
        terminal = Terminal(address, tmp_path_factory.mktemp("home"))
        terminal.make("demo/app:1.0", b"x" * 1234)
        terminal.docker("tag", "demo/app:1.0", "other:2")
        yield terminal


def printed(run, template):
    """What a program prints, in no order; None if it refuses the template."""
    done = run("images", "--format", template, code=None)
    return None if done.returncode == 1 else sorted(AGE.sub("AGE", done.stdout).splitlines())


@pytest.mark.parametrize("template", TEMPLATES.split("\n")[1:])
def test_a_template_prints_what_docker_prints(dockerd, template):
    expected = printed(dockerd.docker, template)
    assert printed(dockerd.tagwise, template) == expected
