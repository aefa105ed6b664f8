"""The JSON of `tagwise inspect --format json`: a public interface, documented in the README."""

from datetime import datetime

from tagwise.ide.facts import ImageFacts
from tagwise.ide.image_card import created
from tagwise.oci.image_config import ImageConfig
from tagwise.oci.reference import ImageReference
from tagwise.oci.trust import Provenance, TrustSigns, Unread


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
                "missing": each.is_missing,
            }
            for each in facts.platforms
        ],
        "attestations": facts.attestations,
        "signs": _signs(facts.signs) if facts.signs else None,
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


def _signs(signs: TrustSigns) -> dict[str, object]:
    return {
        "sboms": [
            {
                "format": each.format or None,
                "packages": None if isinstance(each.packages, Unread) else each.packages,
                "unread": _unread(each.packages),
                "signed": each.is_signed,
            }
            for each in signs.sboms
        ],
        "provenances": [_provenance(each) for each in signs.provenances],
        "signatures": [
            {"kind": each.kind.value, "subject": str(each.subject), "verified": False}
            for each in signs.signatures
        ],
        "others": list(signs.others),
        "missing": [str(each) for each in signs.missing],
        "complete": not signs.missed,
        "missed": signs.missed or None,
    }


def _provenance(provenance: Provenance | Unread) -> dict[str, object]:
    known = provenance if isinstance(provenance, Provenance) else Provenance("", "", "")
    return {
        "builder": known.builder or None,
        "source": known.source or None,
        "revision": known.revision or None,
        "unread": _unread(provenance),
        "signed": known.is_signed,
    }


def _unread(value: object) -> str | None:
    return value.value if isinstance(value, Unread) else None


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
