"""Hostile passages against the defences of the answer: part of `casebook eval gate`.

A model that obeys whatever it reads stands in for a real one, so that what is tried is what
Casebook does with such a model, offline and the same every time.
"""
