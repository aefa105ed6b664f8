"""Going to a newer tag: offered by name once the tags are known, the pin and the origin kept."""

import pytest

from support.real_parts import two_platform_image


@pytest.fixture
def newer(world):
    image = two_platform_image("demo app, the next version")
    world.push(image, "1.1", "1.0.5", "2.0", "2.0-slim", "1.0-slim", "1.1-rc1")
    return image


def going(actions):
    return [each.title for each in actions if each.title.startswith("Go to")]


async def test_the_newest_is_found_when_it_is_asked_for_and_then_offered_by_name(
    world, edit, newer
):
    async with edit() as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        asked = world.asked
        titles = going(await editor.actions("Dockerfile", "demo"))
        assert titles == [f"Go to the newest tag like {world.name}:1.0"]
        assert world.asked == asked
        await editor.do("Go to the newest", "Dockerfile", "demo")
        assert editor.text("Dockerfile") == f"FROM {world.name}:2.0\n"

        editor.open("b/Dockerfile", f"FROM {world.name}:1.0\n")
        assert going(await editor.actions("b/Dockerfile", "demo")) == [
            f"Go to {world.name}:1.1, the next minor version",
            f"Go to {world.name}:2.0, the next major version",
        ]


async def test_a_pin_stays_a_pin_to_what_the_new_tag_names(world, edit, newer):
    text = "ARG V={}\r\nFROM --platform=linux/amd64 {}:${{V}}-slim{} AS x"
    async with edit() as editor:
        editor.open("Dockerfile", text.format("1.0", world.name, f"@{world.digest}"))
        await editor.do("Go to the newest", "Dockerfile", "127")
        expected = text.format("2.0", world.name, f"@{newer.digest}")
        assert editor.text("Dockerfile") == expected


async def test_a_lens_goes_to_the_newest_once_the_tags_are_known(world, edit, newer):
    async with edit() as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        assert "Newer: 2.0" not in await editor.lenses("Dockerfile")
        assert (
            await editor.resolve(await editor.action("Go to", "Dockerfile", "demo"))
        ) is not None
        found = await editor.resolved_lenses("Dockerfile")
        (lens,) = [each for each in found if each.command.title == "Newer: 2.0"]
        await editor.execute(lens.command)
        assert editor.text("Dockerfile") == f"FROM {world.name}:2.0\n"
