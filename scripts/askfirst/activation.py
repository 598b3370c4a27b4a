"""Which models are of activation, and what each says that it is for: by its meta, its segment's, or a label file."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from askfirst.errors import EvidenceMissing, WrongConfiguration
from askfirst.findings import Finding
from askfirst.labels import meant
from askfirst.lineage.judge import Activation
from askfirst.policy import RECIPIENTS, activation_models, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from askfirst.artifacts import Manifest, Model, Reference

BY_META = "meta"
SELECTORS = ("tag", "path", "exposure")
NEEDED = ("purpose", "recipient", "owner")
SUBJECTS = frozenset({"self", "household"})
HOW = """\
Fix: say which models marketing gets, in one of these ways:
  config.meta.activation: {purpose: ..., subject: self, recipient: ..., owner: ...} on the model, in its YAML
  activation: {MODEL: {purpose: ..., subject: self, recipient: ..., owner: ...}} in the file of --labels
  --activation tag:NAME, path:GLOB (models/exports/*) or exposure:NAME on the command line, more than once if need be"""


@dataclass(frozen=True)
class Chosen:
    """An activation model with what it says of itself."""

    model: Model
    said: Mapping[str, object]
    activation: Activation

    def word(self, key: str) -> str:
        """One word of what it says, or nothing."""
        value = self.said.get(key)
        return value if isinstance(value, str) else ""


def chosen(
    manifest: Manifest,
    tags: Mapping[str, tuple[str, ...]],
    selectors: tuple[str, ...],
    extra: Mapping[str, Mapping[str, object]],
    reference: Reference | None,
) -> tuple[Chosen, ...]:
    """The activation models that selectors name (``meta`` where none is given), and those of a label file (``extra``).

    Raises EvidenceMissing where there is none, or none for one of the selectors: nothing judged is nothing proved.
    """
    found: dict[str, Model] = {model.unique_id: model for model in manifest.models if model.unique_id in extra}
    for selector in selectors or (BY_META,):
        models = selected(manifest, tags, selector)
        if not models and not (selector == BY_META and (found or not selectors)):
            raise EvidenceMissing(
                f"No model is chosen by `--activation {selector}`: nothing to judge, so not proved.\n{HOW}"
            )
        found |= {model.unique_id: model for model in models}
    if not found:
        raise EvidenceMissing(f"This project has no activation model: nothing to judge, so not proved.\n{HOW}")
    return tuple(
        Chosen(model, said, activation_of(manifest, model, said, reference))
        for _, model in sorted(found.items())
        for said in ({**told(manifest, model), **extra.get(model.unique_id, {})},)
    )


def selected(manifest: Manifest, tags: Mapping[str, tuple[str, ...]], selector: str) -> tuple[Model, ...]:
    """The models that one selector names."""
    if selector == BY_META:
        return activation_models(manifest)
    kind, _, name = selector.partition(":")
    if kind not in SELECTORS or not name:
        known = ", ".join([BY_META, *(f"{known}:..." for known in SELECTORS)])
        raise WrongConfiguration(f"`--activation {selector}` is unknown.\nFix: take one of {known}.")
    models = tuple(model for model in manifest.models if model.kind == "model")
    if kind == "tag":
        return tuple(model for model in models if name in tags.get(model.unique_id, ()))
    if kind == "path":
        return tuple(
            model for model in models if fnmatchcase(model.path, name) or model.path.startswith(f"{name.rstrip('/')}/")
        )
    used = {node for exposure in manifest.exposures if fnmatchcase(exposure.name, name) for node in exposure.depends_on}
    return tuple(model for model in models if model.unique_id in used)


def activation_of(
    manifest: Manifest, model: Model, said: Mapping[str, object], reference: Reference | None
) -> Activation:
    """What the judge has to know of an activation model."""
    segment = manifest.model(f"seg_{said.get('segment')}")
    uses = said.get("uses")
    data = [word for word in uses if isinstance(word, str)] if isinstance(uses, list) else []
    categories = reference.categories if reference else {word: word for word in data}
    return Activation(
        model.unique_id,
        purpose=str(said.get("purpose") or ""),
        subject=str(said.get("subject") or ""),
        segment=segment.unique_id if segment else "",
        data=frozenset(categories[word] for word in data if word in categories),
    )


def silent(one: Chosen, purposes: frozenset[str], recipients: Mapping[str, str]) -> Iterator[Finding]:
    """AF010, AF011, AF012: what an activation model of any project does not say of itself, or says wrongly."""
    model = one.model
    path = model.yaml_path or model.path

    def at(code: str, what: str, why: str, fix: str) -> Finding:
        return Finding(code, model.name, "", what, why, fix, path)

    for key in NEEDED:
        if not one.word(key):
            why = "without it nobody can judge for what, to whom and in whose name people are contacted"
            yield at(
                "AF010", f"`{key}` is missing", why, "say it in its config.meta.activation, or in the file of --labels"
            )
    unknown = "a word that nobody knows cannot be judged"
    purpose, subject, recipient = one.word("purpose"), one.word("subject"), one.word("recipient")
    if purpose and purpose not in purposes:
        yield at(
            "AF012", f"purpose `{purpose}` is unknown{meant(purpose, purposes)}", unknown, "take one of the purposes"
        )
    if subject and subject not in SUBJECTS:
        yield at("AF010", f"subject is `{subject}`", unknown, "say self or household")
    kind = recipients.get(recipient)
    if recipient and kind not in RECIPIENTS:
        what = f"recipient `{recipient}` is {f'a {kind}' if kind else 'unknown'}"
        why = "a withdrawal no longer reaches data that is with a third party: never, consent or not (R39)"
        fix = "send it yourselves, or through a processor under contract; list who it is under `recipients`"
        yield at("AF011", what, why, fix)
