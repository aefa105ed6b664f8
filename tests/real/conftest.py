"""Real engines, one for each module that asks for it."""

import pytest

from support.engines import running_dockerd, running_podman


@pytest.fixture(scope="module")
def dockerd():
    with running_dockerd() as address:
        yield address


@pytest.fixture(scope="module")
def podman():
    with running_podman() as address:
        yield address


@pytest.fixture(params=["dockerd", "podman"])
def engine(request):
    return request.getfixturevalue(request.param)
