"""The JSON of `tagwise inspect --format json`: a public interface, documented in the README."""

from datetime import datetime

from tagwise.ide.facts import ImageFacts
from tagwise.ide.image_card import created
from tagwise.oci.image_config import ImageConfig
from tagwise.oci.reference import ImageReference


def image_item(reference: ImageReference, facts: ImageFacts) -> dict[str, object]:
    return {
        "reference": reference.text,
        "canonical": reference.canonical,
        "digest": str(facts.digest),
        "mediaType": facts.media_type,
        "created": _time(created(facts)),
        "platforms": [
            {
                "platform": str(each.platform) if each.platform else None,
                "digest": str(each.digest),
                "size": each.size,
                "layers": each.layers,
            }
            for each in facts.platforms
        ],
        "attestations": facts.attestations,
        "config": _config(facts.config) if facts.config else None,
        "labels": dict(facts.config.labels) if facts.config else {},
        "source": "store" if facts.from_store else "registry",
        "lookedUp": _time(facts.learned),
    }


def _config(config: ImageConfig) -> dict[str, object]:
    return {
        "platform": str(config.platform) if config.platform else None,
        "user": config.user,
        "workingDir": config.working_dir,
        "entrypoint": list(config.entrypoint),
        "cmd": list(config.command),
        "env": list(config.environment),
        "exposedPorts": list(config.exposed_ports),
        "volumes": list(config.volumes),
        "stopSignal": config.stop_signal,
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
