"""The one room that touches the network under test: one operation per file.

Each operation returns what it opened (or None) and an observation; network trouble is never raised. Every read is bounded in
bytes and every operation in time.
"""
