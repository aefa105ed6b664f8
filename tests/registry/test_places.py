"""Places in flight: how many there are, and that none is lost."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from tagwise.registry.places import IN_FLIGHT, Places


async def free(places):
    """Count the places that can be had at once."""
    count = 0
    async with AsyncExitStack() as stack:
        try:
            async with asyncio.timeout(0.01):
                while True:
                    await stack.enter_async_context(places.at("h"))
                    count += 1
        except TimeoutError:
            return count


async def test_there_are_six_for_each_host():
    places = Places()
    async with places.at("other"):
        assert await free(places) == IN_FLIGHT == 6


async def test_one_that_is_given_up_is_anothers_meanwhile():
    places = Places()
    async with places.at("h") as place:
        assert await free(places) == IN_FLIGHT - 1
        async with place.given_up():
            assert await free(places) == IN_FLIGHT
        assert await free(places) == IN_FLIGHT - 1
    assert await free(places) == IN_FLIGHT


@pytest.mark.parametrize("moment", ["while it is given up", "while it waits for it again"])
async def test_whoever_is_cancelled_takes_no_place_along(moment):
    places, back = Places(), asyncio.Event()

    async def hold():
        async with places.at("h") as place, place.given_up():
            await back.wait()

    async with AsyncExitStack() as others:
        task = asyncio.create_task(hold())
        await asyncio.sleep(0)
        for _ in range(IN_FLIGHT):
            await others.enter_async_context(places.at("h"))
        if moment == "while it waits for it again":
            back.set()
            await asyncio.sleep(0)
        assert not task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert await free(places) == IN_FLIGHT


async def test_a_failure_while_it_is_given_up_is_the_holders():
    places = Places()
    with pytest.raises(KeyError):
        async with places.at("h") as place, place.given_up():
            raise KeyError
    assert await free(places) == IN_FLIGHT
