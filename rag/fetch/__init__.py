"""Case literature from Europe PMC: what was asked for → records → texts that can be stored.

    words of the command line ──identifiers──▶ identifiers, query ──search──▶ [Record]
    Record ──texts──▶ Text (bytes of a JATS file, and the report in it)

Nothing is sent unless `casebook fetch` runs, and nothing is stored here (`rag.index.keep`). What
comes back is data: checked, never obeyed. The interface is that of Europe PMC's Articles RESTful
API (https://europepmc.org/RestfulWebService): ``search`` with ``cursorMark``, and
``{PMCID}/fullTextXML``.
"""
