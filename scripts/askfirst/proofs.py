"""The proofs of reclassifications, run on data: queries that find no row as long as the entry holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from askfirst.duckdb_files import opened
from askfirst.lineage.labelling import entries_of
from askfirst.lineage.verdict import broken
from askfirst.reach import UNRUN, Blind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from askfirst.findings import Finding
    from askfirst.lineage.graph import Graph
    from askfirst.lineage.project import Node


@dataclass(frozen=True)
class Proof:
    """A reclassification's proof. ``{relation}`` in its SQL stands for the model's relation."""

    node: Node
    name: str
    sql: str


@dataclass(frozen=True)
class Outcome:
    """What running a proof told: how many rows break it, or why nobody knows (``problem``)."""

    rows: int = 0
    problem: str = ""

    @property
    def holds(self) -> bool:
        """Whether it was run and no row breaks it."""
        return not self.rows and not self.problem

    @property
    def told(self) -> str:
        """What is wrong."""
        return self.problem or f"{self.rows} rows break its proof"


RUN_IT = "name the DuckDB files that were built (--warehouse): the proof is run there, and nothing is written"
NOT_RUN = Outcome(problem="its proof was not run")


def proofs_of(graph: Graph) -> Iterator[Proof]:
    """The proofs that a project has. That an entry has none is told where entries are read (AF009)."""
    for one in graph.nodes.values():
        for entry in entries_of(one):
            sql = entry.get("proof")
            if isinstance(sql, str) and sql:
                yield Proof(one.node, str(entry.get("name")), sql)


def run(con: DuckDBPyConnection, proof: Proof, relation: str) -> Outcome:
    """Run a proof over a relation. It has to be one query by itself, so that nothing but a count comes back."""
    import duckdb  # noqa: PLC0415 - where no warehouse is given no engine is needed

    sql = proof.sql.replace("{relation}", relation)
    try:
        if len(con.extract_statements(sql)) != 1:
            return Outcome(problem="its proof cannot be run (it is not one query)")
        ((rows,),) = con.execute(f"select count(*) from ({sql}\n)").fetchall()
    except duckdb.Error as error:
        return Outcome(problem=f"its proof cannot be run ({type(error).__name__})")
    return Outcome(rows)


def outcomes(warehouse: Sequence[Path], graph: Graph) -> Iterator[tuple[Proof, Outcome]]:
    """Each proof of a reclassification, run where the data is given. Relations are matched as their columns are."""
    proofs = tuple(proofs_of(graph))
    if not warehouse or not proofs:
        yield from ((proof, NOT_RUN) for proof in proofs)
        return
    with opened(warehouse) as files:
        for proof in proofs:
            yield proof, run(files.con, proof, files.relation(proof.node))


def refuted(proof: Proof, outcome: Outcome) -> Finding:
    """AF009: a reclassification that the data breaks."""
    what = f"reclassification `{proof.name}`: {outcome.told}"
    return broken(proof.node.name, what, proof.node.yaml_path or proof.node.path)


def unrun(proof: Proof, outcome: Outcome, reach: frozenset[str]) -> Blind:
    """A reclassification of which nobody knows whether it holds: not proved, like SQL that cannot be read."""
    node = proof.node
    return Blind(
        UNRUN,
        node.name,
        node.unique_id,
        node.yaml_path or node.path,
        None,
        f"reclassification `{proof.name}`: {outcome.told}",
        RUN_IT if outcome is NOT_RUN else "correct the proof, or build what it reads",
        node.unique_id in reach,
    )
