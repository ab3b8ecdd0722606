"""The languages that Whisper knows, by ISO 639-1 code (yue, haw and jw as Whisper calls them)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vsat_core.errors import nearest
from vsat_plugins._whisper import ENGLISH_ONLY, MODELS

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

EACH = "each"  # the language is found for each utterance

_NAMES = """
af Afrikaans; am Amharic; ar Arabic; as Assamese; az Azerbaijani; ba Bashkir; be Belarusian;
bg Bulgarian; bn Bengali; bo Tibetan; br Breton; bs Bosnian; ca Catalan; cs Czech; cy Welsh;
da Danish; de German; el Greek; en English; es Spanish; et Estonian; eu Basque; fa Persian;
fi Finnish; fo Faroese; fr French; gl Galician; gu Gujarati; ha Hausa; haw Hawaiian; he Hebrew;
hi Hindi; hr Croatian; ht Haitian Creole; hu Hungarian; hy Armenian; id Indonesian; is Icelandic;
it Italian; ja Japanese; jw Javanese; ka Georgian; kk Kazakh; km Khmer; kn Kannada; ko Korean;
la Latin; lb Luxembourgish; ln Lingala; lo Lao; lt Lithuanian; lv Latvian; mg Malagasy; mi Maori;
mk Macedonian; ml Malayalam; mn Mongolian; mr Marathi; ms Malay; mt Maltese; my Burmese; ne Nepali;
nl Dutch; nn Nynorsk; no Norwegian; oc Occitan; pa Punjabi; pl Polish; ps Pashto; pt Portuguese;
ro Romanian; ru Russian; sa Sanskrit; sd Sindhi; si Sinhala; sk Slovak; sl Slovenian; sn Shona;
so Somali; sq Albanian; sr Serbian; su Sundanese; sv Swedish; sw Swahili; ta Tamil; te Telugu;
tg Tajik; th Thai; tk Turkmen; tl Tagalog; tr Turkish; tt Tatar; uk Ukrainian; ur Urdu; uz Uzbek;
vi Vietnamese; yi Yiddish; yo Yoruba; yue Cantonese; zh Chinese
"""
LANGUAGES: dict[str, str] = {
    code: name for code, _, name in (entry.strip().partition(" ") for entry in _NAMES.split(";"))
}

LATER = frozenset({"yue"})  # known to models from large-v3 on


def known_to(model: str) -> tuple[str, ...]:
    """Codes that a model from a package knows; all for a user's folder, which is asked later."""
    if model not in MODELS:
        return tuple(LANGUAGES)
    return ("en",) if model in ENGLISH_ONLY else tuple(c for c in LANGUAGES if c not in LATER)


def problem_of(code: str, model: str, known: tuple[str, ...]) -> str:
    """What is wrong with a language that a user asks of a model, in one line; "" if nothing is.

    `known` are the languages of the model; "" and "each" leave the choice to it.

    >>> problem_of("de", "base", known_to("base"))
    ''
    >>> problem_of("german", "base", known_to("base"))
    "language 'german': unknown; did you mean 'de' (German)?"
    >>> problem_of("de", "tiny.en", known_to("tiny.en"))
    "language 'de' (German): the model tiny.en knows en only; set model to base"
    """
    if code in ("", EACH) or code in known:
        return ""
    if code in LANGUAGES:
        remedy = "a folder of a model that does" if model == "base" else "base"
        return (
            f"language {code!r} ({LANGUAGES[code]}): the model {model} knows {_listed(known)}; "
            f"set model to {remedy}"
        )
    return f"language {code!r}: unknown{_suggestion(code)}"


def _listed(known: tuple[str, ...]) -> str:
    return f"{known[0]} only" if len(known) == 1 else f"{len(known)} others"


def _suggestion(code: str) -> str:
    by_name = {name.lower(): key for key, name in LANGUAGES.items()}
    spelled = {**{key: key for key in LANGUAGES}, **by_name}
    asked = code.lower().partition("-")[0]  # de-AT
    if asked not in spelled:
        match = nearest(asked, spelled)
        asked = match.split("'")[1] if match else ""
    if not asked:
        return "; expected an ISO 639-1 code such as de or zh"
    return f"; did you mean {spelled[asked]!r} ({LANGUAGES[spelled[asked]]})?"


def known_by(model: WhisperModel) -> tuple[str, ...]:
    """Codes that a loaded model has a token for."""
    if not model.model.is_multilingual:
        return ("en",)
    return tuple(c for c in LANGUAGES if model.hf_tokenizer.token_to_id(f"<|{c}|>") is not None)
