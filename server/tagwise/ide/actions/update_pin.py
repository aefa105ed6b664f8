"""Update pin: offered where the digest is behind its tag, or where that is not known yet."""

import attrs

from tagwise.documents.model import Occurrence
from tagwise.ide.actions.offer import Offer, Verb
from tagwise.oci.digest import Digest
from tagwise.oci.reference import ImageReference


def followed(occurrence: Occurrence) -> ImageReference | None:
    """Return the tag that the occurrence's digest follows, as a reference without a digest.

    That is the tag beside the digest, else the one in a comment on the line.  A digest alone
    follows nothing: nobody said which tag it came from.
    """
    reference = occurrence.reference
    if reference is None or reference.digest is None or occurrence.skipped is not None:
        return None
    plain = reference.without_digest()
    if plain.tag is not None:
        return plain
    if occurrence.tag_comment is None:
        return None
    tag = occurrence.tag_comment.tag
    return attrs.evolve(plain, text=f"{plain.text}:{tag}", tag=tag)


def offer_update(occurrence: Occurrence, tag_digest: Digest | None) -> Offer | None:
    """`tag_digest` is what the tag names as far as is known; None leaves finding out for later."""
    target = followed(occurrence)
    if target is None or occurrence.reference is None:
        return None
    if tag_digest is None:
        return Offer(Verb.UPDATE, f"Update the pin of {target.familiar}", occurrence)
    if tag_digest == occurrence.reference.digest:
        return None
    title = f"Update the pin of {target.familiar} to {tag_digest.algorithm}:{tag_digest.short}"
    return Offer(Verb.UPDATE, title, occurrence, preferred=True)
