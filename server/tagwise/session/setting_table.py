"""The table of settings: what each is for, what it may be, and how it is written.

The page of settings and the schemas are made of it (`setting_pages.py`); a test holds it against what
`settings.py` reads.  Does not know how a value is used.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

import attrs

from tagwise.ide.diagnostics.ignore_comments import EVERY_RULE
from tagwise.ide.diagnostics.rules import RULES
from tagwise.session.settings import OFF, SEVERITIES

Schema: TypeAlias = Mapping[str, object]


@attrs.frozen
class Setting:
    """`says` begins a sentence, `more` are whole ones; `example` is TOML with the key in it.

    `schema` is what its value may be (JSON Schema, draft 7); `repository` what a repository may say,
    where that is less.
    """

    key: str
    says: str
    schema: Schema
    example: str
    more: str = ""
    repository: Schema | None = None


_TEXT: Final[Schema] = {"type": "string"}
_TEXTS: Final[Schema] = {"type": "array", "items": _TEXT}
_FLAG: Final[Schema] = {"type": "boolean"}
_FILES: Final[Schema] = {"type": "string", "minLength": 1, "description": "A glob of files."}
_PATH: Final[Schema] = {
    "type": "string",
    "minLength": 1,
    "description": "Keys with dots between; `*` is every item or value, `**` any depth.",
}
_PATTERN: Final[Schema] = {
    "type": "string",
    "description": "A Python regular expression with a group `image`, tried on each line.",
}


def _object(properties: Mapping[str, Schema], *required: str) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
        **({"required": list(required)} if required else {}),
    }


def _by_name(value: Schema) -> Schema:
    return {"type": "object", "additionalProperties": value}


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


_RULE_NAMES: Final[Schema] = {"enum": [EVERY_RULE, *(rule.id for rule in RULES)]}
_PLACE: Final = _object({"files": _FILES, "path": _PATH}, "files", "path")
_PATTERN_PLACE: Final = _object({"files": _FILES, "pattern": _PATTERN}, "files", "pattern")
_ENABLED: Final = _object({"enabled": _FLAG})

SETTINGS: Final = (
    Setting(
        "registries",
        "by registry, how it is reached",
        _by_name(
            _object(
                {
                    "mirrors": _TEXTS,
                    "upstream": _FLAG,
                    "insecure": _FLAG,
                    "realms": _TEXTS,
                }
            )
        ),
        '[registries."docker.io"]\nmirrors = ["https://mirror.example.com"]\nupstream = false\n\n'
        '[registries."registry.corp.example:5000"]\ninsecure = true\n',
        "`mirrors` are hosts or URLs that are tried first, in order; `upstream = false` leaves the"
        " registry itself out. With `insecure` http and certificates that nobody signed are"
        " accepted, and credentials go over https alone. `realms` are hosts that may give the"
        " registry's tokens from a private address, which is refused otherwise."
        " [More of mirrors](mirrors.md).",
    ),
    Setting(
        "offline",
        "ask nobody; answer from what is kept on disk",
        _FLAG,
        "offline = true\n",
        "On the command line: `--offline`, or the variable `TAGWISE_OFFLINE`.",
    ),
    Setting(
        "engine",
        "the engine's address, as in `DOCKER_HOST`",
        _TEXT,
        'engine = "unix:///run/user/1000/podman/podman.sock"\n',
        "Without it, it is found as the docker command finds it, Podman's and the others' sockets"
        " after.",
    ),
    Setting(
        "buildArgs",
        "values of Dockerfiles' `ARG`s, over their defaults",
        _by_name(_TEXT),
        '[build-args]\nVERSION = "3.12"\n',
        "What a compose or bake file that builds the Dockerfile gives counts over them.",
    ),
    Setting(
        "platform",
        "the platform to show where a file asks for none",
        _TEXT,
        'platform = "linux/arm64"\n',
        "Without it, it is the engine's, else linux on this machine's architecture.",
    ),
    Setting(
        "exclude",
        "patterns as in `.gitignore`: what a folder's search passes over",
        _TEXTS,
        'exclude = ["tests/fixtures/", "*.tmpl"]\n',
        "What `.gitignore` names is passed over in any case; a file that is named itself is read.",
    ),
    Setting(
        "composeFiles",
        "what `docker compose` is given with `-f`, in that order",
        _TEXTS,
        'compose-files = ["compose.yaml", "compose.prod.yaml"]\n',
        "Names are relative to the settings file's folder, in an editor to the workspace's.",
    ),
    Setting(
        "envFiles",
        "what `docker compose` is given with `--env-file`, in that order",
        _TEXTS,
        'env-files = ["deploy/production.env"]\n',
        "They stand in for the `.env` beside the compose file.",
    ),
    Setting(
        "places",
        "where references stand besides",
        _list({"anyOf": [_PLACE, _PATTERN_PLACE]}),
        '[[places]]\nfiles = "group_vars/*.yml"\npath = "**.docker_image"\n',
        "Each has `files`, a glob, and a `path` or a `pattern`. A `path` leads to values of a YAML,"
        " JSON or TOML file. A `pattern` is the user's alone: it is tried on each line of at most"
        " 2,000 characters, for two seconds in all, and may have groups `tag` and `digest` where"
        " those stand apart.",
        repository=_list(_PLACE),
    ),
    Setting(
        "rules",
        "by [rule](rules.md), how severe it is",
        _object(
            {rule.id: {"enum": [OFF, *SEVERITIES], "description": rule.says} for rule in RULES}
        ),
        '[rules]\nunpinned = "warning"\nlatest = "off"\n',
    ),
    Setting(
        "ignore",
        "where rules say nothing",
        _object({name: _by_name(_list(_RULE_NAMES)) for name in ("paths", "images")}),
        '[ignore.paths]\n"legacy/" = ["unpinned"]\n\n'
        '[ignore.images]\n"registry.example.com" = ["*"]\n',
        "`paths` are patterns as in `.gitignore`, `images` names with wildcards, or what they begin"
        " with; each has the rules that say nothing there, `*` for all.",
    ),
    Setting(
        "allowed",
        "the images that may be used, for the rule `registry-not-allowed`",
        _TEXTS,
        'allowed = ["docker.io/library", "*.example.com"]\n',
    ),
    Setting(
        "codeLens",
        "whether an editor shows code lenses (it does, unless you say otherwise)",
        _ENABLED,
        "[code-lens]\nenabled = false\n",
    ),
    Setting(
        "inlayHints",
        "whether an editor shows inlay hints (it does not, unless you say otherwise)",
        _ENABLED,
        "[inlay-hints]\nenabled = true\n",
    ),
)

SETTING_BY_KEY: Final = MappingProxyType({each.key: each for each in SETTINGS})
