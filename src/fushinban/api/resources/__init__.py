"""Catalogue of resources: one module per noun, each with `RESOURCE`. Found by folder; parts begin with `_`."""
