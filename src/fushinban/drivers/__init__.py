"""Catalogue: one module per maker or protocol. A driver asks and parses, nothing else."""
