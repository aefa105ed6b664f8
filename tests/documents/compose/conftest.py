"""Compose files are read by libyaml and by pure Python, and both must say the same."""

from collections.abc import Callable, Mapping

import pytest

from support.occurrences import drawn, picture
from tagwise.documents.compose import parse
from tagwise.documents.model import Inputs, SourceText
from tagwise.documents.yaml_events import FASTEST, PURE, Loader

Check = Callable[..., None]


@pytest.fixture(params=[FASTEST, PURE], ids=["libyaml", "pure"])
def loader(request: pytest.FixtureRequest) -> Loader:
    return request.param


@pytest.fixture
def check(loader: Loader) -> Check:
    """Compare what a compose file says with a picture of it."""

    def check(
        text: str,
        expected: str,
        *,
        dotenv: str | None = None,
        environment: Mapping[str, str] | None = None,
        neighbours: tuple[str, ...] = (),
    ) -> None:
        inputs = Inputs(
            environment=environment or {},
            files={} if dotenv is None else {".env": SourceText(".env", dotenv)},
            neighbours=tuple(SourceText(f"other{n}", each) for n, each in enumerate(neighbours)),
        )
        text = picture(text) if text.startswith("\n") else text
        parsed = parse(text, loader=loader).evaluate(inputs)
        assert drawn(text, parsed, {".env": dotenv or ""}) == picture(expected)

    return check
