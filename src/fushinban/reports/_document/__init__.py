"""The content of the inspection report in one language, the same for PDF and HTML."""
