"""`casebook fetch` against a local service: what is stored, told, and asked again."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from europe_pmc import Reply, full_text, serving
from fakes import WordEncoder
from places import ROOT
from typer.testing import CliRunner

from rag.cli import fetch as command
from rag.cli.main import app
from rag.config import Patience
from rag.errors import CasebookError
from rag.fetch.transport import Service
from rag.library import Library, exists


@pytest.fixture
def pmc(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    patience = Patience(connect=60, total=60, attempts=2)
    monkeypatch.setattr(command, "make_encoder", lambda _: WordEncoder())
    monkeypatch.setattr(
        command,
        "open_service",
        lambda settings: Service(settings, patience, sleep=lambda _: None),
    )
    with serving() as service:
        monkeypatch.setenv("CASEBOOK_EUROPE_PMC", service.address)
        yield service


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "library"


def fetch(folder, *arguments):
    """Run the command; an error of Casebook is raised, as `main` sees it."""
    done = CliRunner().invoke(app, ["fetch", *map(str, arguments), "--library", str(folder)])
    if isinstance(done.exception, CasebookError):
        raise done.exception
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def texts(folder):
    """Id → (basis, licence) of the reports in a library."""
    with Library(folder) as library:
        return {report.id: (report.basis, report.licence) for report in library.reports()}


def test_a_query_stores_full_texts_and_abstracts(pmc, folder):
    """Each with its licence; the words are in the library's word search."""
    pmc.add(1)
    pmc.add(2, open_access=False)
    done = fetch(folder, "dermatomyositis", "ulcers", "--max", 5)
    assert done.exit_code == 0, done.stderr
    assert done.stdout == ""
    assert texts(folder) == {
        "pmc7000001": ("full text", "CC BY 4.0"),
        "pmc7000002": ("abstract", None),
    }
    assert "[2/2" in done.stderr
    assert "added pmc7000001: full text, CC BY 4.0" in done.stderr
    assert "2 added (1 full text, 1 abstract)" in done.stderr
    assert pmc.asked[0].parameters["query"] == "dermatomyositis ulcers"
    with Library(folder) as library:
        assert library.original("pmc7000001")[1] == full_text(1)


def test_the_same_command_again_asks_for_no_text_again(pmc, folder):
    """One search, and nothing else; an identifier that is there is not even looked up."""
    pmc.add(1)
    pmc.add(2, open_access=False)
    fetch(folder, "ulcers")
    pmc.asked.clear()
    done = fetch(folder, "ulcers", "PMC7000001", "PMID:30000002")
    assert pmc.paths() == ["search"]
    assert done.exit_code == 0
    assert "unchanged" in done.stderr


def test_a_run_that_was_stopped_goes_on(pmc, folder, monkeypatch):
    """Ctrl-C at the third of four: two are kept, the next run asks for the other two."""
    for number in range(1, 5):
        pmc.add(number)
    keep = command.Storage.keep
    calls = []

    def interrupted(self, text):
        calls.append(text.name)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return keep(self, text)

    monkeypatch.setattr(command.Storage, "keep", interrupted)
    done = fetch(folder, "ulcers", "--json")
    assert done.exit_code == 130
    assert "goes on from there" in done.stderr
    assert [row["status"] for row in json.loads(done.stdout)] == ["added", "added"]
    assert sorted(texts(folder)) == ["pmc7000001", "pmc7000002"]
    monkeypatch.setattr(command.Storage, "keep", keep)
    pmc.asked.clear()
    assert fetch(folder, "ulcers").exit_code == 0
    assert pmc.paths() == ["search", "PMC7000003/fullTextXML", "PMC7000004/fullTextXML"]
    assert len(texts(folder)) == 4


def test_an_unknown_identifier_is_named_and_the_others_go_on(pmc, folder):
    """Exit status 1 at the end."""
    pmc.add(1)
    done = fetch(folder, "PMC99", "https://doi.org/10.1234/made.1", "--json")
    assert done.exit_code == 1
    assert "failed PMC99; Europe PMC does not know it" in done.stderr
    rows = {row["asked"]: row for row in json.loads(done.stdout)}
    assert rows["PMC99"]["status"] == "failed"
    assert rows["10.1234/made.1"]["status"] == "added"
    assert rows["10.1234/made.1"]["report_id"] == "pmc7000001"
    assert sorted(texts(folder)) == ["pmc7000001"]


def test_one_failing_text_does_not_stop_the_others(pmc, folder):
    """It is not stored as less than it is, and comes at the next run."""
    bad, _ = pmc.add(1), pmc.add(2)
    pmc.replies[f"{bad}/fullTextXML"] = [Reply(500), Reply(500)]
    done = fetch(folder, "ulcers")
    assert done.exit_code == 1
    assert "failed pmc7000001" in done.stderr
    assert sorted(texts(folder)) == ["pmc7000002"]
    assert fetch(folder, "ulcers").exit_code == 0
    assert sorted(texts(folder)) == ["pmc7000001", "pmc7000002"]


def test_a_service_that_fails_three_times_is_left_alone(pmc, folder):
    """Nobody hammers a service that is down."""
    for number in range(1, 8):
        pmcid = pmc.add(number)
        pmc.replies[f"{pmcid}/fullTextXML"] = [Reply(503)]
        pmc.for_ever.add(f"{pmcid}/fullTextXML")
    done = fetch(folder, "ulcers")
    assert done.exit_code == 1
    assert len({path for path in pmc.paths() if path != "search"}) == 3
    assert "left alone" in done.stderr
    assert not exists(folder)


def test_dry_run_lists_and_stores_nothing(pmc, folder):
    """Size and licence of each; no text is asked for, no library is made."""
    pmc.add(1)
    pmc.add(2, open_access=False)
    done = fetch(folder, "ulcers", "--dry-run")
    assert done.exit_code == 0
    size = f"{len(full_text(1)) / 1000:,.0f} kB"
    assert f"would fetch  pmc7000001  full text  {size}  CC BY-NC  2011  Made" in done.stdout
    assert "would fetch  pmc7000002  abstract" in done.stdout
    assert pmc.paths() == ["search"]
    assert pmc.paths("HEAD") == ["PMC7000001/fullTextXML"]
    assert not exists(folder)
    rows = json.loads(fetch(folder, "ulcers", "--dry-run", "--json").stdout)
    assert [row["bytes"] for row in rows][0] == len(full_text(1))
    assert [row["status"] for row in rows] == ["would fetch", "would fetch"]


def test_refresh_replaces_what_has_changed(pmc, folder):
    """An abstract becomes the full text when that has come; the id stays."""
    pmcid = pmc.add(1)
    text = pmc.texts.pop(pmcid)
    done = fetch(folder, pmcid)
    assert texts(folder)["pmc7000001"][0] == "abstract"
    assert "no full text of it" in done.stderr
    pmc.texts[pmcid] = text
    assert fetch(folder, pmcid).exit_code == 0
    assert texts(folder)["pmc7000001"][0] == "abstract"
    assert "replaced pmc7000001" in fetch(folder, pmcid, "--refresh").stderr
    assert texts(folder) == {"pmc7000001": ("full text", "CC BY 4.0")}
    assert "unchanged pmc7000001" in fetch(folder, pmcid, "--refresh").stderr


def test_a_file_of_the_users_own_is_never_replaced(pmc, folder, tmp_path):
    """Not even with --refresh: it may hold what the service does not have."""
    from rag.index import add

    own = tmp_path / "pmc7000001.txt"
    own.write_text("My copy\n\nA man had ulcers.\n", "utf-8")
    with Library(folder, create=True) as library:
        assert [o.status for o in add([own], library, WordEncoder())] == ["added"]
    pmc.add(1)
    assert "unchanged pmc7000001" in fetch(folder, "ulcers", "--refresh").stderr
    with Library(folder) as library:
        assert library.original("pmc7000001")[0] == "pmc7000001.txt"


def test_options_narrow_the_query_and_identifiers(pmc, folder):
    """Also where the service does not obey them."""
    pmc.add(1)
    pmc.add(9, open_access=False)
    pmc.add(8)
    done = fetch(folder, "a OR b", "PMC7000009", "--open-access-only", "--since", 2015)
    assert done.exit_code == 1
    assert "failed PMC7000009; it is not open access" in done.stderr
    assert list(texts(folder)) == ["pmc7000008"]
    assert pmc.asked[-2].parameters["query"] == (
        "(a OR b) AND PUB_YEAR:[2015 TO 3000] AND OPEN_ACCESS:Y"
    )


def test_a_retracted_article_is_announced(pmc, folder):
    """It is stored as any other: what to make of it is not decided here."""
    pmc.add(1, pubTypeList={"pubType": ["Case Reports", "Retracted Publication"]})
    done = fetch(folder, "ulcers")
    assert "! pmc7000001 was retracted" in done.stderr
    assert done.exit_code == 0


def test_what_the_service_says_does_not_steer_the_terminal(pmc, folder):
    """Escape sequences in a title and in a licence."""
    pmc.add(1, open_access=False, title="Red\x1b[31m\u202e title", license="cc\x1b]0;x\x07")
    done = fetch(folder, "ulcers", "--dry-run")
    assert "\x1b" not in done.stdout + done.stderr
    assert "\u202e" not in done.stdout


def test_nothing_found_is_no_error(pmc, folder):
    """A nightly search without news ends well, and makes no library."""
    done = fetch(folder, "nothing")
    assert done.exit_code == 0
    assert "0 found" in done.stderr
    assert not exists(folder)


def test_show_and_list_name_the_licence(pmc, folder):
    """Whoever passes a text on must know."""
    pmc.add(1)
    fetch(folder, "PMC7000001")
    runner = CliRunner()
    shown = runner.invoke(app, ["show", "pmc7000001", "--library", str(folder)]).stdout
    assert "licence: CC BY 4.0" in shown
    listed = runner.invoke(app, ["list", "--json", "--library", str(folder)]).stdout
    assert json.loads(listed)[0]["licence"] == "CC BY 4.0"


def test_a_wrong_address_is_one_line_and_no_traceback(tmp_path):
    """As a user sees it; nothing is sent."""
    import os

    done = subprocess.run(
        [sys.executable, "-m", "rag", "fetch", "PMC1", "--library", str(tmp_path / "l")],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "CASEBOOK_EUROPE_PMC": "ftp://example.org"},
    )
    assert done.returncode == 1
    assert done.stderr.startswith("casebook: 'europe_pmc' is 'ftp://example.org'")
    assert len(done.stderr.splitlines()) == 1
