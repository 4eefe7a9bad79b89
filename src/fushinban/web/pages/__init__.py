"""Pages of the console, one module per noun; each exports `PAGES`, a tuple of page classes."""
