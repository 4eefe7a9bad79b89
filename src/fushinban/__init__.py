"""fushinban: keeps surveillance-camera networks safe from cyber-attack."""

__version__ = "0.1.0"
