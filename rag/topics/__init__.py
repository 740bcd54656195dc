"""Topics: 'ECMO', 'statins and DM', 'can IVIG cause thrombosis?' → the reports that tell of them.

`topic` reads the question, `finding` finds the reports, `quoting` takes a sentence of each.
"""
