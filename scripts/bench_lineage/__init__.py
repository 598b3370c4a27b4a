"""How fast the flow analysis is, beside others that read the same manifest: `make bench-lineage`."""
