"""YAML as plain data, with the line at which each part stands, so that an error can name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from askfirst.errors import WrongConfiguration

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DEEPEST = 12  # what is nested deeper is no label file


@dataclass(frozen=True)
class Marked:
    """A YAML file's data. ``lines`` has the line of every entry, by the keys (and positions) that lead to it."""

    path: str
    data: object
    lines: Mapping[tuple[str, ...], int]

    def at(self, *keys: str) -> str:
        """``file:line`` of an entry, or of the nearest that holds it."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return f"{self.path}:{self.lines.get(keys, 1)}"


def read_marked(path: Path) -> Marked:
    """Read a YAML file. What is wrong with it is WrongConfiguration, with its line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise WrongConfiguration(f"{path} is missing.\nFix: name a file that is there (--labels).") from error
    except OSError as error:
        raise WrongConfiguration(f"{path} cannot be read: {error.strerror}.\nFix: make it readable.") from error
    except UnicodeDecodeError as error:
        raise WrongConfiguration(f"{path} is no text in UTF-8.\nFix: save it as UTF-8.") from error
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        lines: dict[tuple[str, ...], int] = {}
        data = None if node is None else plain(loader, node, (), lines, path)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        what = f"{path}:{line}: this is no YAML that can be read: {error.problem or error.context}."
        raise WrongConfiguration(f"{what}\nFix: correct the line, or the one before it.") from error
    except (yaml.YAMLError, ValueError) as error:
        raise WrongConfiguration(f"{path} is no YAML that can be read.\nFix: write it anew.") from error
    return Marked(str(path), data, lines)


def plain(
    loader: yaml.SafeLoader, node: yaml.Node, keys: tuple[str, ...], lines: dict[tuple[str, ...], int], path: Path
) -> object:
    """A node's data; a key that stands there twice is an error, since only one of the two would count."""
    lines.setdefault(keys, node.start_mark.line + 1)
    if len(keys) > DEEPEST:
        raise WrongConfiguration(f"{path}:{node.start_mark.line + 1}: this is nested too deeply.\nFix: take it out.")
    if isinstance(node, yaml.MappingNode):
        loader.flatten_mapping(node)
        made: dict[str, object] = {}
        for key_node, held in node.value:
            key = str(loader.construct_object(key_node))
            at = (*keys, key)
            if key in made:
                line = key_node.start_mark.line + 1
                raise WrongConfiguration(f"{path}:{line}: `{key}` stands there twice: which one holds?\nFix: keep one.")
            lines[at] = key_node.start_mark.line + 1
            made[key] = plain(loader, held, at, lines, path)
        return made
    if isinstance(node, yaml.SequenceNode):
        return [plain(loader, entry, (*keys, str(number)), lines, path) for number, entry in enumerate(node.value)]
    value: object = loader.construct_object(node)
    return value
