"""`tagwise check` over the samples, in every format: each says the same of the same files."""

import json
import re
from collections import Counter
from pathlib import Path

import attrs
import pytest

from support.schemas import faults, published
from tagwise.demo.demonstration import REGISTRIES

SAMPLES = Path(__file__).parent.parent.parent / "samples"
LEVELS = {"error": "error", "warning": "warning", "information": "note", "hint": "note"}
COMMANDS = {"error": "error", "warning": "warning", "information": "notice", "hint": "notice"}
SEVERITIES = {"error": "major", "warning": "minor", "information": "info", "hint": "info"}


@pytest.fixture
def program(offline, hub):
    """The program with the demonstration's registry for those that the samples name."""
    config = offline.folder.parent / "config.toml"
    table = '[registries."{}"]\nmirrors = ["{}"]\nupstream = false\n'
    config.write_text("".join(table.format(each, hub.url) for each in REGISTRIES))
    environment = {**offline.environment, "TAGWISE_CONFIG": str(config)}
    del environment["TAGWISE_MIRROR"]
    return attrs.evolve(offline, folder=SAMPLES, environment=environment)


def test_every_format_says_the_same(program):
    options = ("check", "--select", "unpinned,latest,untagged,not-found,drift", "--offline")
    said = {
        form: program(*options, "--format", form, code=1).out
        for form in ("text", "json", "sarif", "github", "gitlab")
    }
    found = json.loads(said["json"])["findings"]
    assert len(found) > 50
    expected = Counter((each["path"], each["rule"], each["severity"]) for each in found)

    text = re.findall(r"^(\S.*?):\d+:\d+: (\w+): .* \[([\w-]+)\]$", said["text"], re.MULTILINE)
    assert Counter((path, rule, severity) for path, severity, rule in text) == expected

    log = json.loads(said["sarif"])
    assert faults(log, published(log["$schema"])) == []
    (run,) = log["runs"]
    assert Counter(
        (
            each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            each["ruleId"],
            each["level"],
        )
        for each in run["results"]
    ) == told(expected, LEVELS)

    commands = re.findall(r"^::(\w+) file=(.*?),.*title=([\w-]+)::", said["github"], re.MULTILINE)
    assert Counter((path, rule, level) for level, path, rule in commands) == told(
        expected, COMMANDS
    )

    report = json.loads(said["gitlab"])
    assert Counter(
        (each["location"]["path"], each["check_name"], each["severity"]) for each in report
    ) == told(expected, SEVERITIES)
    assert len({each["fingerprint"] for each in report}) == len(report)


def told(expected, words):
    counted = Counter()
    for (path, rule, severity), number in expected.items():
        counted[path, rule, words[severity]] += number
    return counted
