"""Probes, controls and the runner, against loopback actors."""
