"""The reflector: a small service, run by its owner anywhere on the internet, that looks at whoever asks it to.

It looks at the one address the request came from, on a fixed list of ports, without ever logging in, and signs what it
saw. It can be turned on nobody else: the address is never a parameter, and what a proxy says of it is not believed.
"""
