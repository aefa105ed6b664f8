"""How long the readers take for half a megabyte that nobody wrote, on either YAML loader.

The line is one second for each: read, or refused.  Figures only above a tenth of it.
"""

import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Final

from tagwise.documents.languages import LANGUAGES
from tagwise.documents.model import Building, Inputs
from tagwise.documents.yaml_events import FASTEST, PURE

# As long as is not refused for its length alone.
SIZE: Final = 512 * 1024
SIZES: Final = {"bake": 256 * 1024}
SHOWN: Final = 0.1

MARKS: Final = (
    *"[]{}-:?&*!|>'\"#,$%@`=<>/\\()\n\r\t .a\0",
    *("- ", "? ", ": ", "a: ", "{a: ", "[a, ", "&a ", "*a ", "a:\n ", "---\n", "a: |\n", "\\x41"),
    *("${A:-", "$A", '${"', "/*", "//\n", "<<A\n", "\\\n", "#\n", '"a",', '"a":', "]}", "\ufeff"),
)
LINES: Final = (
    " s{i}: {{image: 'a:${{T{i}:-x}}'}}\n",
    " s{i}: {{<<: *a, image: b}}\n",
    " s{j}: &s{j} {{<<: *s{i}}}\n",
    " s{j}: {{extends: s{i}}}\n",
    " s{j}: &s{j} [*s{i}, *s{i}]\n",
    "s{i}:\n  image:\n    repository: x\n    tag: '1'\n",
    "---\nkind: Pod\nspec: {{containers: [{{image: a:{i}}}]}}\n",
    '"s{i}: ]\n',
    "  V{j}: '$V{i}x'\n",
    "FROM a AS s{i}\nCOPY --from=s{i} a b\n",
    "ARG V{j}=$V{i}\n",
    "RUN <<A{i}\n",
    "FROM ${{A%%*a*b}}\n",
    "ONBUILD RUN --mount=from=a{i} b\n",
    'target "t{j}" {{ inherits = ["t{i}"]\n contexts = {{ a = "docker-image://b:${{V{i}}}" }} }}\n',
    'variable "V{j}" {{ default = "${{V{i}}}" }}\n',
    "Image=a:{i}\n",
    "Image=a\\\n",
)
# How a text begins, besides with nothing, so that it is that of a format.
HEADS: Final = {
    "compose": (
        "services:\n a: &a {image: x}\n",
        "services:\n a:\n  build:\n   dockerfile_inline: |\n    ",
    ),
    "kubernetes": ("apiVersion: v1\nkind: X\nspec:\n",),
    "kustomize": ("images:\n",),
    "helm-values": ("a: &a\n",),
    "gitlab-ci": ("variables:\n",),
    "github-actions": ("jobs:\n",),
    "circleci": ("jobs:\n",),
    "azure-pipelines": ("resources:\n containers:\n",),
    "bitbucket-pipelines": ("pipelines:\n",),
    "woodpecker": ("steps:\n",),
    "cloud-build": ("steps:\n", '{"steps": ['),
    "quadlet": ("[Container]\n",),
    "dockerfile": ("FROM a\nRUN ", "ARG A=b\n"),
    "bake": ('a = "', '{"target": {'),
    "devcontainer": ('{"image": "',),
}


def texts(language: str) -> Iterator[tuple[str, str]]:
    size = SIZES.get(language, SIZE)
    for head in ("", *HEADS[language]):
        for mark in MARKS:
            yield f"{head!r} {mark!r}", (head + mark * (size // len(mark)))[:size]
        for line in LINES:
            count = size // len(line)
            lines = (line.format(i=i, j=i + 1) for i in range(count))
            yield f"{head!r} {line!r}", (head + "".join(lines))[:size]


def readers(
    name: str, parse: Callable[..., object]
) -> Iterator[tuple[str, Callable[[str], object]]]:
    """Yield a format's reader for each loader, or alone where it has none."""
    module = import_module(f"tagwise.documents.{name}")
    if "loader" in module.parse.__annotations__:
        yield "libyaml", lambda text: module.parse(text, loader=FASTEST)
        yield "pure", lambda text: module.parse(text, loader=PURE)
    else:
        yield "", parse


MODULES: Final = {
    "dockerfile": "dockerfile.syntax",
    "bake": "bake.syntax",
    "bitbucket-pipelines": "bitbucket",
    "quadlet": "quadlets",
}


def main() -> None:
    worst = (0.0, "")
    for language in LANGUAGES:
        if sys.argv[1:] and language.id not in sys.argv[1:]:
            continue
        module = MODULES.get(language.id, language.id.replace("-", "_"))
        for loader, parse in readers(module, language.parse):
            for told, text in texts(language.id):
                start = time.process_time()
                syntax = parse(text)
                syntax.evaluate(Inputs(document="x"))  # type: ignore[attr-defined]
                if isinstance(syntax, Building):
                    syntax.builds(Inputs(document="x"))
                took = time.process_time() - start
                worst = max(worst, (took, f"{language.id} {loader} {told}"))
                if took > SHOWN:
                    print(f"{took:6.2f} s  {language.id} {loader} {told}", flush=True)
    print(f"worst: {worst[0]:.2f} s  {worst[1]}")


if __name__ == "__main__":
    main()
