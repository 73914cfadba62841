"""The frozen values that travel from the catalogue to the report.

No I/O and no logic beyond properties. Every class here is immutable; sequences are tuples; addresses are `ipaddress` objects;
durations are float seconds; instants are aware UTC.
"""
