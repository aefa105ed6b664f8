"""Compose's variables; the cases are those compose-go holds its own implementation against."""

import pytest

from tagwise.documents.interpolation import interpolate
from tagwise.documents.traced import TracedText

VALUES = {"FOO": "first", "BAR": "", "JSON": '{"json":2}'}
INVALID = "invalid interpolation format: write $$ for a dollar sign"


def variable(name: str) -> TracedText | None:
    return TracedText.literal(VALUES[name], name, 0) if name in VALUES else None


def interpolated(text: str):
    return interpolate(TracedText.literal(text, "d", 0), variable)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("foo", "foo"),
        ("$${foo}", "${foo}"),
        ("$$$FOO", "$first"),
        ("a$", "a$"),
        ("$1 $} $-", "$1 $} $-"),
        ("$FOO-bar", "first-bar"),
        ("This ${missing} var", "This  var"),
        ("ok ${missing:-def} ${missing-def}", "ok def def"),
        ("ok ${BAR:-def}", "ok def"),
        ("ok ${FOO:-def}", "ok first"),
        ("ok ${BAR-def}", "ok "),
        ("ok ${BAR:-/non:-alphanumeric}", "ok /non:-alphanumeric"),
        ("ok ${UNSET-$FOO}", "ok first"),
        ("ok ${UNSET-${FOO} ${FOO}}", "ok first first"),
        ("ok ${BAR:-${UNSET:-${FOO}}}!", "ok first!"),
        ("ok ${FOO:?err} ${FOO?err} ${BAR?err}", "ok first first "),
        ("${UNSET-myerror?msg}", "myerror?msg"),
        ("${FOO:+yes}${BAR:+yes}${UNSET:+yes}", "yes"),
        ("${FOO+yes}${BAR+yes}${UNSET+yes}", "yesyes"),
        ('ok ${missing:-{"json":1}}', 'ok {"json":1}'),
        ('ok ${JSON-{"json":1}}', 'ok {"json":2}'),
        ("${FOO}}", "first}"),
    ],
)
def test_values(text, value):
    found = interpolated(text)
    assert found.value.text == value
    assert not found.faults


@pytest.mark.parametrize(
    ("text", "message", "where"),
    [
        ("a ${", INVALID, "${"),
        ("${}", INVALID, "${"),
        ("${ foo}", INVALID, "${"),
        ("${foo!}", INVALID, "${"),
        ("${FOO:-x", INVALID, "${FOO:-"),
        ("${FOO:-a\nb}", INVALID, "${FOO:-"),
        ("${FOO:-${}}", INVALID, "${"),
        (
            "a ${UNSET:?say $FOO}",
            "required variable UNSET is missing a value: say first",
            "${UNSET:?say $FOO}",
        ),
        ("${BAR:?}", "required variable BAR is missing a value", "${BAR:?}"),
        (
            "${UNSET?bar-baz}",
            "required variable UNSET is missing a value: bar-baz",
            "${UNSET?bar-baz}",
        ),
        ("${FOO:-${UNSET?x}}", "required variable UNSET is missing a value: x", "${UNSET?x}"),
    ],
)
def test_faults(text, message, where):
    fault = interpolated(text).faults[0]
    assert (fault.message, fault.span.of(text)) == (message, where)


def test_what_is_not_set():
    text = "$A ${B} ${C:-} ${D:+x} ${FOO}"
    assert [(each.name, each.span.of(text)) for each in interpolated(text).unset] == [
        ("A", "$A"),
        ("B", "${B}"),
    ]


def test_pieces():
    text = "a$FOO-$$-${NONE:-${OTHER-x}}"
    pieces = interpolated(text).value.pieces
    assert [(each.text, each.exact, [use.name for use in each.via]) for each in pieces] == [
        ("a", True, []),
        ("first", True, ["$FOO"]),
        ("-", True, []),
        ("$", False, []),
        ("-", True, []),
        ("x", True, ["${NONE:-…}", "${OTHER-…}"]),
    ]
    assert [each.place.span.of(text) for each in pieces if each.place.document == "d"] == [
        "a",
        "-",
        "$$",
        "-",
        "x",
    ]
    assert [use.place.span.of(text) for use in pieces[-1].via] == [
        "${NONE:-${OTHER-x}}",
        "${OTHER-x}",
    ]


def test_nesting_has_an_end():
    assert interpolated("${A:-" * 2000 + "x" + "}" * 2000).faults
