"""Every setting once: read from the environment (``CASEBOOK_…``) or a TOML file, then frozen.

Order: explicit argument > environment > ``config.toml`` in the user's configuration folder >
the defaults below. The constants that are not settings stand here too, beside their reason.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, fields, replace
from pathlib import Path

from rag.errors import ConfigError

# The model reads 256 word pieces, two of them special. A passage gets at most PASSAGE_TOKENS, so
# that its title, section and patient (the rest of the search text) fit beside it.
PASSAGE_TOKENS = 200
CHUNKER_VERSION = "6"  # raised, too, when patients are told apart in another way

# Raised when the records of patients, or the rows that filters ask for, are made in another way:
# libraries then derive them again from the stored reports, without embedding anything.
RECORDS_VERSION = "13"

# Candidates that each arm of the search hands to fusion. Far more than are shown, because HNSW is
# approximate and a passage strong in one arm only must still meet its score in the other.
CANDIDATES = 200

# Weights of the score sum, chosen on questions of the train and validation splits and on halves
# of BioASQ and COVID-QA (README, 'Ablation'); no test question took part.
WEIGHT_DENSE = 0.5
WEIGHT_LEXICAL = 0.3
WEIGHT_REPORT = 0.2

# Other wordings of a known term that are searched beside it: its preferred name and this many
# synonyms. All of them (IVIG has 28) drown the question's own words: Success@3 .52 against .55.
SEARCHED_SYNONYMS = 2

# Of RANKED_HITS passages that the search hands on, the first READ_HITS and those of the
# WHOLE_REPORTS best reports (READ_AT_MOST in all) are read sentence by sentence, and all are put
# into a new order by what was read; the reader's log-odds count READER_WEIGHT against the fused
# score. A passage also gains REPORT_WEIGHT x the score of its report's best passage (unless several
# reports are asked for): most questions are about one patient, and what they ask may stand in a
# passage that does not name the topic. On 609 validation questions asked of the whole library,
# Success@1 / @3 / @8: .688 / .878 / .959; with READER_WEIGHT 0.5 .686 / .883 / .961.
RANKED_HITS = 64
READ_HITS = 24
WHOLE_REPORTS = 2
READ_AT_MOST = 48
READER_WEIGHT = 1.0
REPORT_WEIGHT = 0.5

# Passages that may wait outside Chroma, searched exactly, before a new generation is built.
# 100,000 vectors cost 4 ms exactly, so this bounds memory, not speed.
TAIL_LIMIT = 2_000

# A process that answers one question searches a library of at most so many passages exactly, and
# does not load Chroma for it: importing that costs 550 ms of processor, reading 20,000 vectors from
# SQLite some 50 (eval.benchmarks.reading_path).
EXACT_UP_TO = 20_000

# With filters, a library of at most so many passages is searched exactly, whatever the process:
# Chroma must be told each passage that may be found, by name. Of 65,934 among 99,990 that took 265
# ms of processor, comparing all vectors takes 25. They stay in memory: 1.5 kB each.
EXACT_FILTERED_UP_TO = 200_000

MAX_FILE_BYTES = 50_000_000
# A thesis has as many; more is a book or a volume, whose reports belong into files of their own.
MAX_PAGES = 400
# A vignette of several pages still fits; more is a pasted file, which belongs into `casebook add`.
MAX_QUESTION_CHARACTERS = 20_000
DEFAULT_K = 8

TORCH, BFLOAT16 = "torch", "bfloat16"
ENGINES = ("", TORCH, BFLOAT16)
"""What computes vectors: ONNX Runtime where it can, torch, torch in half the precision."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost before it is stopped (`rag.formats.sandbox`).

    bytes: of the file.
    seconds: a paper takes one, a scanned book some twenty on a slow machine; what takes longer
        than this hangs.
    memory: bytes of address space of the reading process, its libraries (0.3 GB) included. The
        XML of the largest document that is opened takes up to ten times its size.
    characters: of the text that comes out; a thousand printed pages have three million.
    pages: of a PDF, and from the first to the last printed number where a reader knows them.
    """

    bytes: int = MAX_FILE_BYTES
    seconds: float = 60.0
    memory: int = 2_000_000_000
    characters: int = 3_000_000
    pages: int = MAX_PAGES


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one request to a service may take, how much it may bring, how often it is repeated.

    connect, total: seconds until a connection stands, and until the whole answer is there.
    bytes: of an answer, unpacked.
    attempts: of one request, the first included; only what may pass (429, 5xx, a cut line) is
        repeated.
    first_pause, longest_pause: seconds before the second attempt, doubled before each further one;
        a service that asks for a longer pause is left alone.
    """

    connect: float = 10.0
    total: float = 90.0
    bytes: int = MAX_FILE_BYTES
    attempts: int = 5
    first_pause: float = 1.0
    longest_pause: float = 60.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may choose.

    library: folder of the library, or None for the user's own data folder.
    model: '' for the packaged all-MiniLM-L6-v2, else the name or folder of any
        sentence-transformers model (a name is only fetched where the network allows it).
    chroma_url: '' for embedded Chroma, else the address of a running `chroma run`.
    threads: threads that compute, 0 for the machine's cores.
    engine: '' to encode with ONNX Runtime (the packaged model) or torch (any other), 'torch' for
        torch in any case, 'bfloat16' for torch in bfloat16: quicker on processors that have it
        (avx512_bf16, amx), for building large libraries; its vectors depend a little on the batch.
    reader: what reads the best sentences again: '' for the shipped network, 'none' for nothing, or
        the folder or name of a Hugging Face cross-encoder or question-answering model.
    europe_pmc: base address of the Europe PMC service that `casebook fetch` asks.
    fetch_rate: requests per second at most, 1 to 10 (Europe PMC allows ten).
    contact: an e-mail address or a web address that `casebook fetch` gives with each request, so
        that the service can reach who asks; '' gives none.
    retractions: '' for none, else the path of a CSV with the columns of Retraction Watch.
    llm: '' for answers without a language model, else 'provider:model' of LangChain's
        `init_chat_model`. Nothing is sent anywhere as long as it is empty.
    llm_url: base address of the model's service, '' for the provider's own.
    llm_timeout: seconds until an answer of the model must be complete, retries included.
    llm_retries: how often a call is repeated that failed for a passing reason.
    llm_max_tokens: of one reply.
    llm_unsupported: what becomes of a sentence that its citations do not support: 'strike', 'drop'.
    llm_background: what becomes of a sentence that cites nothing: 'label' (not from the corpus), or
        'hide'.
    llm_repair: 'on' to let the model mend such sentences once, else 'off'.
    llm_price: 'INPUT/OUTPUT', the price of a million tokens in any currency, '' not to count costs.
    serve_add: 'on' to let who knows the token of `casebook serve` add reports, else 'off'.
    serve_origins: addresses of web pages that may ask `casebook serve`, with commas; '' for none.
    serve_max_mb: megabytes of a file that is sent to it.
    serve_patience: seconds that a question may wait for its turn, and a request for its body.
    serve_log_questions: 'on' to have the words of questions in its log, else 'off'.
    max_file_mb, max_file_pages, max_file_seconds, max_file_memory_mb: what reading one file may
        cost (`Limits`).
    """

    library: str = ""
    model: str = ""
    chroma_url: str = ""
    threads: int = 0
    engine: str = ""
    reader: str = ""
    europe_pmc: str = "https://www.ebi.ac.uk/europepmc/webservices/rest"
    fetch_rate: int = 3
    contact: str = ""
    retractions: str = ""
    llm: str = ""
    llm_url: str = ""
    llm_timeout: int = 60
    llm_retries: int = 2
    llm_max_tokens: int = 800
    llm_unsupported: str = "strike"
    llm_background: str = "label"
    llm_repair: str = "on"
    llm_price: str = ""
    serve_add: str = "off"
    serve_origins: str = ""
    serve_max_mb: int = 20
    serve_patience: int = 60
    serve_log_questions: str = "off"
    max_file_mb: int = MAX_FILE_BYTES // 1_000_000
    max_file_pages: int = MAX_PAGES
    max_file_seconds: int = 60
    max_file_memory_mb: int = 2_000

    @property
    def limits(self) -> Limits:
        """What reading one file may cost."""
        return Limits(
            bytes=self.max_file_mb * 1_000_000,
            seconds=float(self.max_file_seconds),
            memory=self.max_file_memory_mb * 1_000_000,
            pages=self.max_file_pages,
        )


def user_folder() -> Path:
    """The platform's data folder for Casebook (nothing is created)."""
    import platformdirs

    return Path(platformdirs.user_data_dir("casebook", appauthor=False))


def cache_folder() -> Path | None:
    """Where what can be made again is kept between processes (nothing is created).

    ``CASEBOOK_CACHE`` names another folder than the platform's, or 'none'.
    """
    named = os.environ.get("CASEBOOK_CACHE")
    if named:
        return None if named == "none" else Path(named)
    import platformdirs

    return Path(platformdirs.user_cache_dir("casebook", appauthor=False))


def config_file() -> Path:
    """Where the optional ``config.toml`` is looked for (``CASEBOOK_CONFIG`` overrides)."""
    import platformdirs

    named = os.environ.get("CASEBOOK_CONFIG")
    return (
        Path(named)
        if named
        else Path(platformdirs.user_config_dir("casebook", appauthor=False)) / "config.toml"
    )


def load_settings(**overrides: str | int | None) -> Settings:
    """The settings in force; `overrides` that are None do not count.

    Raises ConfigError for an unknown key or a value of the wrong type, naming where it stands.
    """
    settings = Settings()
    given = {
        key: _checked(key, value, "the call")
        for key, value in overrides.items()
        if value is not None
    }
    values = _from_toml(config_file()) | _from_environment() | given
    return replace(settings, **values)  # type: ignore[arg-type]


def _from_toml(path: Path) -> dict[str, object]:
    try:
        if not path.is_file():
            return {}
        import tomllib  # who has no such file, needs none of its patterns

        values = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({error.strerror}); mend its permissions, or name another "
            "file in CASEBOOK_CONFIG"
        ) from error
    except ValueError as error:  # TOMLDecodeError, UnicodeDecodeError
        raise ConfigError(f"{path}: not valid TOML ({error}); mend or remove the file") from error
    return {key: _checked(key, value, str(path)) for key, value in values.items()}


def _from_environment() -> dict[str, object]:
    found: dict[str, object] = {}
    for key in (f.name for f in fields(Settings)):
        name = f"CASEBOOK_{key.upper()}"
        if value := os.environ.get(name):
            found[key] = _checked(key, value, name)
    return found


def _checked(key: str, value: object, where: str) -> object:
    known = {f.name: f.type for f in fields(Settings)}
    if key not in known:
        raise ConfigError(f"{where}: unknown setting '{key}'; known: {', '.join(known)}")
    if known[key] == "int":
        if isinstance(value, bool) or not str(value).isdigit():
            raise ConfigError(f"{where}: '{key}' must be a whole number, not {value!r}")
        return int(str(value))
    if not isinstance(value, str):
        raise ConfigError(f"{where}: '{key}' must be text, not {value!r}")
    return value


def fingerprint(parts: dict[str, str]) -> str:
    """A short hash over named versions, the same for the same parts in any order."""
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]
