"""The SQL that runs beside a model's own: hooks, and operations at a run's start and end. Which of it may write.

A manifest has hooks as they were typed, Jinja and all. Most of them grant, comment or count, and are left alone: a hook
may write only where a word that writes stands in it, or in a macro that it can come to. Of one that may, Jinja whose
meaning a manifest tells is put in (``this``, ``ref``, ``source``). Where words that write come out of other Jinja, or
Jinja decides which SQL there is, the hook cannot be read. A word that Jinja puts together from pieces is not found.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from askfirst.sql import dotted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

UNKNOWN = "askfirst_unknown"  # stands where Jinja yields what a manifest does not tell
JINJA = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
QUOTED = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", re.DOTALL)
CALL = re.compile(r"([.|]?)\s*\b([A-Za-z_]\w*)\s*\(")
DEFINES = re.compile(r"\{%-?\s*(?:macro|test|materialization)\b")
DISPATCH = re.compile(r"\bdispatch\s*\(\s*(?:macro_name\s*=\s*)?['\"](\w+)['\"]")
KINDS = "global|local|temp|temporary|transient|external|materialized|unlogged|dynamic|recursive|secure"
WRITES = re.compile(
    rf"""(?<![.\w])(?:
        insert\s+(?:or\s+\w+\s+|all\s+|first\s+)?(?:into|overwrite)\b | replace\s+into\b | delete\s+from\b
        | update\b[^;]*?\bset\b | merge\s+["\w] | truncate\b(?!\s*\() | copy\s+(?!grants\b)["\w(]
        | create\s+(?:or\s+(?:replace|alter|refresh)\s+)?(?:(?:{KINDS})\s+)*
          (?:table|view|macro|function|procedure|trigger|rule|task)\b
        | alter\s+(?:table|view)\b[^;]*?\b(?:rename|swap|exchange|attach|inherit|using)\b
        | select\b[^;]*?\binto\b | load\s+data\b | import\s+database\b | do\s+\$
    )""",
    re.IGNORECASE | re.VERBOSE,
)
PROCEDURES = re.compile(r"(?<![.\w])(?:call\s+[\w.\"`]+\s*\(|exec(?:ute)?\s+[\w\"`])", re.IGNORECASE)
HANDED_ON = re.compile(r"['\"]\s*(?:call|exec(?:ute)?)\s", re.IGNORECASE)  # the same, in a text inside Jinja
IF = re.compile(r"\{%-?\s*(?:if\b.*|endif\s*)-?%\}", re.DOTALL)
PART = re.compile(r"\{\{-?\s*this\.(schema|database|name|identifier|table)\s*-?\}\}")
THIS = re.compile(r"\{\{-?\s*this\s*-?\}\}")
REFERENCE = re.compile(r"\{\{-?\s*(ref|source)\(\s*['\"](\w+)['\"]\s*(?:,\s*['\"](\w+)['\"]\s*)?\)\s*-?\}\}")
WORD = re.compile(r"\w+")
TABLE = re.compile(
    r"\b(?:into|from|update|join|table|view|overwrite|copy|using)\s+(?:[\w`\"]+\.)*[`\"]?(\w+)", re.IGNORECASE
)
REFERRED = re.compile(r"\b(?:ref|source)\(\s*['\"](\w+)['\"]\s*(?:,\s*['\"](\w+)['\"])?")
UNREAD = "the SQL of {place} cannot be read: {why}"


@dataclass(frozen=True)
class Hook:
    """What may write. ``place`` says what it is; ``sql`` is what runs, or ``problem`` says why that is not known."""

    place: str
    sql: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Hooks:
    """A project's hooks that may write: for each node those that run around it or name it.

    ``elsewhere`` are operations that cannot be read and name nothing of the project.
    """

    of_node: Mapping[str, tuple[Hook, ...]]
    elsewhere: tuple[Hook, ...] = ()


@dataclass(frozen=True)
class Typed:
    """A hook as it was typed: whose, what it is, and its text. ``owner`` is None for an operation of the project."""

    owner: Mapping[str, Any] | None
    place: str
    text: str


def read_hooks(raw: Mapping[str, Any]) -> Hooks:
    """The hooks of a manifest's JSON. Raises KeyError, TypeError or AttributeError where it is not of its form."""
    typed = list(typed_hooks(raw))
    if not typed:
        return Hooks({})
    macros, names = Macros(raw.get("macros") or {}), Names([*raw["nodes"].values(), *raw["sources"].values()])
    met: dict[str, tuple[str, ...] | None] = {}  # a project's models mostly have the same hooks
    found: dict[str, list[Hook]] = {}
    elsewhere: list[Hook] = []
    for one in typed:
        if one.text not in met:
            met[one.text] = macros.reached(one.text)
        reached = met[one.text]
        if not any(map(writes, (one.text, *(reached or ())))) and reached is not None:
            continue
        hook = rendered(one, reached, names)
        holders = names.holders(one, reached or (), is_read=not hook.problem)
        for unique_id in holders:
            found.setdefault(unique_id, []).append(hook)
        if hook.problem and not holders and one.owner is None:
            elsewhere.append(hook)
    return Hooks({unique_id: tuple(dict.fromkeys(hooks)) for unique_id, hooks in found.items()}, tuple(elsewhere))


def typed_hooks(raw: Mapping[str, Any]) -> Iterator[Typed]:
    """All hooks of a manifest: those of models, seeds and snapshots, and the operations of runs."""
    for node in raw["nodes"].values():
        if node["resource_type"] == "operation":
            yield Typed(None, f"operation {node['name']}", node.get("raw_code") or "")
        config = node.get("config") or {}
        for kind in ("pre-hook", "post-hook") if node["resource_type"] in ("model", "seed", "snapshot") else ():
            for hook in config.get(kind) or ():
                yield Typed(node, f"a {kind} of {node['name']}", hook.get("sql") or "")


class Macros:
    """The macros of a manifest by name; several packages and adapters may have one of a name."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.texts: dict[str, list[str]] = {}
        for macro in raw.values():
            name = macro["name"]
            for key in {name, name.partition("__")[2]} - {""}:
                self.texts.setdefault(key, []).append(macro["macro_sql"])

    def reached(self, text: str) -> tuple[str, ...] | None:
        """The texts of all macros that a text can come to; None where it calls one and the manifest holds none."""
        waiting, found, seen = [text], list[str](), set[str]()
        while waiting:
            for name in called(waiting.pop()):
                if not self.texts and name not in ("ref", "source", "var", "env_var"):
                    return None
                if name not in seen:
                    seen.add(name)
                    more = [plain(text) for text in self.texts.get(name, ())]
                    waiting += more
                    found += more
        return tuple(found)


@functools.lru_cache(maxsize=4_000)
def plain(text: str) -> str:
    """A text without Jinja's comments."""
    return JINJA.sub(lambda tag: "" if tag[0].startswith("{#") else tag[0], text) if "{#" in text else text


def tags(text: str) -> list[str]:
    """The Jinja in a text, without its comments."""
    return [tag for tag in JINJA.findall(text) if not tag.startswith("{#")]


@functools.lru_cache(maxsize=4_000)
def called(text: str) -> tuple[str, ...]:
    """What Jinja in a text calls: macros, dbt's own functions, methods; not its filters, nor what it defines."""
    found: dict[str, None] = {}
    for tag in tags(text):
        if not DEFINES.match(tag):
            found |= dict.fromkeys(name for mark, name in CALL.findall(QUOTED.sub("''", tag)) if mark != "|")
            found |= dict.fromkeys(DISPATCH.findall(tag))
    return tuple(found)


@functools.lru_cache(maxsize=4_000)
def words(text: str) -> tuple[str, ...]:
    """All words of a text, in small letters."""
    return tuple(dict.fromkeys(WORD.findall(text.lower())))


@functools.lru_cache(maxsize=4_000)
def tables(text: str) -> tuple[str, ...]:
    """The words of a text that stand where SQL or Jinja has a relation's name."""
    found = [*TABLE.findall(text), *(name for pair in REFERRED.findall(text) for name in pair)]
    return tuple(dict.fromkeys(name.lower() for name in found if name))


@functools.lru_cache(maxsize=4_000)
def writes(text: str) -> bool:
    """Whether a word that writes stands in a text: in its SQL, or in what its Jinja hands on."""
    return writes_in_sql(text) or writes_in_jinja(text)


def writes_in_sql(text: str) -> bool:
    """Whether one stands in the SQL around Jinja."""
    plain = JINJA.sub(" _ ", text)
    return bool(WRITES.search(plain) or PROCEDURES.search(plain))


def writes_in_jinja(text: str) -> bool:
    """Whether one stands inside Jinja."""
    return any(WRITES.search(tag) or HANDED_ON.search(tag) for tag in tags(text))


def rendered(hook: Typed, reached: Iterable[str] | None, names: Names) -> Hook:
    """A hook that may write, with the SQL that it runs; or why nobody can know that."""
    text = plain(hook.text)
    if reached is None:
        why = "it calls what the manifest does not have"
    elif writes_in_jinja(text) or any(map(writes, reached)):
        why = "a macro, or other Jinja, makes what it writes"
    elif any(tag.startswith("{%") and not IF.fullmatch(tag) for tag in tags(text)):
        why = "Jinja decides what it is"
    else:
        return Hook(hook.place, JINJA.sub(lambda tag: names.put_in(tag[0], hook.owner), text))
    return Hook(hook.place, problem=UNREAD.format(place=hook.place, why=why))


class Names:
    """The relations of a manifest, by what Jinja and people call them."""

    def __init__(self, nodes: Iterable[Mapping[str, Any]]) -> None:
        self.references: dict[tuple[str, ...], list[str]] = {}
        self.words: dict[str, set[str]] = {}
        for node in nodes:
            if node["resource_type"] not in ("model", "seed", "snapshot", "source"):
                continue
            parts = parts_of(node)
            is_source = node["resource_type"] == "source"
            first = (node["source_name"] if is_source else node.get("package_name")) or ""
            keys: list[tuple[str, ...]] = [(first, node["name"])]
            for key in keys if is_source else [*keys, (node["name"],)]:
                self.references.setdefault(key, []).append(dotted(parts))
            for word in {parts[-1].lower(), node["name"].lower()}:
                self.words.setdefault(word, set()).add(node["unique_id"])

    def put_in(self, tag: str, owner: Mapping[str, Any] | None) -> str:
        """What a piece of Jinja yields, as far as a manifest tells."""
        if IF.fullmatch(tag):
            return " "  # both ways are taken: what is perhaps written is written
        if owner is not None and THIS.fullmatch(tag):
            return dotted(parts_of(owner))
        part = PART.fullmatch(tag) if owner is not None else None
        if part is not None and owner is not None:
            return str(owner.get(part[1]) or "") if part[1] in ("schema", "database") else parts_of(owner)[-1]
        reference = REFERENCE.fullmatch(tag)
        said = [word for word in reference.groups()[1:] if word] if reference is not None else []
        known = self.references.get(tuple(said), [])
        return known[0] if len(set(known)) == 1 else UNKNOWN

    def holders(self, hook: Typed, reached: Iterable[str], *, is_read: bool) -> tuple[str, ...]:
        """The nodes that a hook may write: its own, and those that it names.

        A hook that cannot be read and works on ``this`` names others only where a table's name belongs; the rest of its
        words are files and columns. A seed that it fills from outside is what its label says, like any raw table.
        """
        texts = (plain(hook.text), *reached)
        everywhere = hook.owner is None or is_read or not any("this" in words(text) for text in texts)
        named = [word for text in texts for word in (words(text) if everywhere else tables(text))]
        others = [unique_id for word in dict.fromkeys(named) for unique_id in sorted(self.words.get(word, ()))]
        own = hook.owner["unique_id"] if hook.owner is not None else ""
        is_raw = hook.owner is not None and hook.owner["resource_type"] == "seed"
        keeps = own and (is_read or not is_raw or set(others) - {own})
        return tuple(dict.fromkeys((*([own] if keeps else ()), *others)))


def parts_of(node: Mapping[str, Any]) -> tuple[str, ...]:
    """Catalog, schema and name of a node's relation, as far as it has them."""
    identifier = node.get("identifier") or node.get("alias") or node["name"]
    return tuple(part for part in (node.get("database"), node.get("schema"), identifier) if part)
