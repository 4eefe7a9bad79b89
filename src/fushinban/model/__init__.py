"""The words of the product: frozen, slotted, keyword-only values without any I/O."""
