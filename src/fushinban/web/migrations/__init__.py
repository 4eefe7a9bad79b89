"""Tables of the console alone."""
