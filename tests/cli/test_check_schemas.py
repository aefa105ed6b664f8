"""What `tagwise check` prints for other tools, held against what those tools say they read."""

import json

import pytest

from support.schemas import faults, published

SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
TEXTS = {
    "nothing": {"Dockerfile": "FROM scratch\n"},
    "everything": {
        "ä b/Dockerfile": "FROM alpine AS A\nFROM alpine AS a\nCOPY --from=Bad:1 x y\r\n🐳\n",
        "compose.yaml": "services:\n  a:\n    image: ghcr.io/acme/api:${NONE}\n",
        "broken.Dockerfile": "FROM --platform=s390x Bad\nFROM Bad\nFROM Bad\n",
    },
}


@pytest.fixture(params=TEXTS)
def log(offline, request):
    offline.write(TEXTS[request.param])
    code = 0 if request.param == "nothing" else 1
    return json.loads(offline("check", "--format", "sarif", code=code).out)


def test_sarif_is_valid(log):
    assert log["$schema"] == SARIF
    assert faults(log, published(SARIF)) == []


def test_the_schema_would_say_so():
    run = {"tool": {"driver": {"name": "x"}}, "results": [{"message": {}, "level": "bad"}]}
    assert len(faults({"version": "2.1.0", "runs": [run]}, published(SARIF))) >= 2


def test_sarif_has_what_github_asks_for(log):
    """docs.github.com, "SARIF support for code scanning": what is required there."""
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"]
    for rule in driver["rules"]:
        assert rule["id"]
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert len(rule["shortDescription"]["text"]) <= 1024
        assert len(rule["fullDescription"]["text"]) <= 1024
    prints = []
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        (location,) = result["locations"]
        artifact = location["physicalLocation"]["artifactLocation"]
        assert artifact["uriBaseId"] in run["originalUriBaseIds"]
        assert not artifact["uri"].startswith(("/", "file:"))
        region = location["physicalLocation"]["region"]
        assert min(region.values()) >= 1
        prints += result["partialFingerprints"].values()
    assert len(prints) == len({*prints}) == len(run["results"])


def test_paths_are_told_from_here(offline, tmp_path):
    elsewhere = tmp_path / "elsewhere" / "ä b.Dockerfile"
    elsewhere.parent.mkdir()
    elsewhere.write_text("FROM Bad\n")
    offline.write({"sub/Dockerfile": "FROM Bad\n"})
    arguments = ("check", "--format", "sarif", offline.folder / "sub" / "Dockerfile", elsewhere)
    (run,) = json.loads(offline(*arguments, code=1).out)["runs"]
    artifacts = [
        each["locations"][0]["physicalLocation"]["artifactLocation"] for each in run["results"]
    ]
    assert {"uri": "sub/Dockerfile", "uriBaseId": "%SRCROOT%"} in artifacts
    assert {"uri": elsewhere.as_uri()} in artifacts
