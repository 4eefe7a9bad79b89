"""People and what they may do: accounts, grants, one-time links, API tokens. A Django application of the console only.

`people.People`, `links.Links`, `tokens.Tokens`: made with `of(store)`; `rights.rights_of(person, now)`.
"""
