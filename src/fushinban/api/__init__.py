"""The HTTP API: a catalogue of resources, one module per noun, served below `/api/v1/`."""
