from __future__ import annotations
from pathlib import Path
from askfirst.publication.publish import publish
from tests.unit.test_publication_world import NOW, new_world

def test_x(tmp_path: Path) -> None:
    world = new_world(tmp_path)
    world.add("ribs", 30, canaries=2)
    world.judge()
    print(publish(world.con.cursor(), world.context(), NOW))
    for q in ("from catalogue","from funnel","from reasons","from email__ribs limit 3","select count(*) from data.email__ribs","select table_name,column_name,comment from duckdb_columns() where not internal", "select schema_name, table_name,comment from duckdb_tables", "select sql,comment from duckdb_views where not internal"):
        print(q); 
        for r in world.read(q): print("   ",r)
    assert 0
