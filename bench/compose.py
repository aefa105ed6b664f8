"""How long reading a compose file takes, for each YAML loader: `python bench/compose.py`.

`opened` reads a text anew, as it is read when it is opened; `keystroke` reads its next version,
one character longer or shorter somewhere, as the server does while someone types.

The collector is set as the server sets it (`cli/serve.py`).
"""

import gc
import re
from random import Random
from statistics import quantiles
from time import perf_counter

from tagwise.documents.compose import looks_like_compose, parse
from tagwise.documents.model import Inputs, SourceText
from tagwise.documents.yaml_events import FASTEST, PURE, Loader

SERVICE = """\
  service{n}:
    image: registry.example.com/team/app-{n}:${{TAG:-1.{n}}}
    restart: unless-stopped
    environment:
      - LOG_LEVEL=info
      - "NAME=service{n}"
    ports:
      - "80{n}:80"
    volumes: ["data:/data", other:/other]
    deploy:
      resources:
        limits:
          cpus: "0.5"
    labels:
      traefik.enable: "true"
      traefik.http.routers.app{n}.rule: Host(`app{n}.example.com`)
    depends_on:
      - service1
      # starts before everything else
"""
INPUTS = Inputs(files={".env": SourceText(".env", "TAG=3.12\nOTHER=1\n")})


def main() -> None:
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    for lines, most in ((200, 50), (10_000, 15)):
        text = compose_file(lines)
        for name, loader in (("libyaml", FASTEST), ("pure", PURE)):
            rounds = most if loader is FASTEST else 7
            measure(f"{lines} lines opened, {name}", [text] * rounds, loader)
            keystrokes(f"{lines} lines, keystroke, {name}", text, loader)
        for name, loader in (("libyaml", FASTEST), ("pure", PURE)):
            halfway = text.find("    ports:", len(text) // 2)
            half_typed = text[:halfway] + "    po: [\n" + text[halfway:]
            keystrokes(f"{lines} lines, keystroke while broken, {name}", half_typed, loader)
        broken = text.replace("    ports:", "    ports", 1)
        measure(f"{lines} lines opened, one broken, libyaml", [broken] * 7, FASTEST)
    started = perf_counter()
    looks_like_compose(compose_file(10_000))
    print(f"10000 lines, recognised: {(perf_counter() - started) * 1e3:.1f} ms")


def compose_file(lines: int) -> str:
    services = lines // SERVICE.count("\n")
    return "services:\n" + "".join(SERVICE.format(n=n) for n in range(services))


def measure(name: str, texts: list[str], loader: Loader) -> None:
    times: list[float] = []
    for text in texts:
        started = perf_counter()
        parse(text, loader=loader).evaluate(INPUTS)
        times.append((perf_counter() - started) * 1e3)
    _row(name, times)


def keystrokes(name: str, text: str, loader: Loader) -> None:
    """Type into images, other values and comments all over the text, a character at a time."""
    syntax, times = parse(text, loader=loader), []
    syntax.evaluate(INPUTS)
    chosen = Random(7)  # noqa: S311 - the same places in every run
    for _ in range(60):
        word = chosen.choice(["1.", "info", "0.5", "example.com", "everything"])
        found = [match.start() for match in re.finditer(re.escape(word), text)]
        at = chosen.choice(found) + 1
        for version in (text[:at] + "x" + text[at:], text):
            started = perf_counter()
            syntax = syntax.reread(version)
            syntax.evaluate(INPUTS)
            times.append((perf_counter() - started) * 1e3)
    _row(name, times)


def _row(name: str, times: list[float]) -> None:
    percentiles = quantiles(times, n=100, method="inclusive")
    print(f"{name}: p50 {percentiles[49]:.1f} ms, p99 {percentiles[98]:.1f} ms")


if __name__ == "__main__":
    main()
