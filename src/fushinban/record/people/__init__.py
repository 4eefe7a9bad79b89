"""People and what they may do: accounts, grants, one-time links, API tokens. A Django application of the console only."""
