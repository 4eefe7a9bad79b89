"""Signing in: accounts, second factors, outside providers, set-up."""
