"""What an engine reports of a pull, as one progress over all layers."""

import json

from tagwise.engine.models import LayerState
from tagwise.engine.pull import PullReport


def read(*lines):
    report = PullReport()
    return report, [report.read(line) for line in lines]


def layer(identity, status, current=None, total=None):
    detail = {} if current is None else {"current": current, "total": total}
    return {"status": status, "id": identity, "progressDetail": detail}


def test_the_percentage_never_goes_back():
    _, steps = read(
        layer("a", "Pulling fs layer"),
        layer("a", "Downloading", 90, 100),
        layer("b", "Pulling fs layer"),
        layer("b", "Downloading", 0, 900),
        layer("b", "Downloading", 900, 900),
    )
    percentages = [step.percentage for step in steps]
    assert percentages == sorted(percentages)
    assert percentages[1] == 90
    assert percentages[-1] == 99


def test_a_layer_not_yet_known_counts_as_the_mean_of_those_known():
    _, steps = read(
        layer("a", "Pulling fs layer"),
        layer("b", "Pulling fs layer"),
        layer("a", "Downloading", 50, 100),
    )
    assert steps[-1].percentage == 25
    assert (steps[-1].current, steps[-1].total) == (50, 100)


def test_extracting_takes_nothing_back():
    _, steps = read(
        layer("a", "Downloading", 100, 100),
        layer("a", "Download complete"),
        layer("a", "Extracting", 10, 100),
    )
    assert steps[-1].layers[0].state is LayerState.EXTRACTING
    assert steps[-1].current == 100


def test_it_ends_with_all_and_the_digest():
    report, steps = read(
        {"status": "Pulling from library/x", "id": "latest"},
        layer("a", "Already exists"),
        {"status": "Digest: sha256:abc"},
        {"status": "Status: Image is up to date for x:latest"},
    )
    assert steps[-1].percentage == 100
    assert report.result().digest == "sha256:abc"
    assert report.result().was_up_to_date


def test_what_is_no_number_is_no_progress():
    lines = '{"status":"Downloading","id":"a","progressDetail":{"current":"x","total":-1}}'
    _, steps = read(json.loads(lines))
    assert (steps[0].current, steps[0].percentage) == (0, 0)
