"""Data only: the shipped report digests (`reports/`), see README.md in this folder."""
