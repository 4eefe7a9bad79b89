"""What is kept: sites, devices, sheets, inspections, transcript, answers, documents; and the vault.

`record.setup.open_store` is the way in. Django is loaded only then.
"""
