"""Measurements too long for the tests: retrieval on public sets, speed, crash safety."""
