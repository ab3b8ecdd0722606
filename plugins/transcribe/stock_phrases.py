"""What recognisers write to noise and music: phrases they learned from subtitles, in the languages
that most subtitles are in.

Speakers say some of them as well, so most are judged by the sound: see hallucinations.py.
"""

from __future__ import annotations

import enum


class Kind(enum.Enum):
    """How little a text is trusted."""

    NONE = enum.auto()
    STOCK = enum.auto()  # often invented, often said
    SHORT = enum.auto()  # the same for a grunt
    WATCHERS = enum.auto()  # addressed to those who watch a film
    CREDITS = enum.auto()  # who made the subtitles: never said


def _phrases(lines: str) -> frozenset[str]:
    return frozenset(p.strip() for p in lines.replace("\n", "|").split("|") if p.strip())


SHORT = frozenset({"mm-hmm", "mm", "hmm", "oh", "ah", "huh", "um", "uh", "嗯", "啊", "ん", "あ"})
STOCK = _phrases(
    """
    you|thank you|bye|thanks|vielen dank|danke|tschüss|merci|gracias|grazie|obrigado|obrigada
    спасибо|dziękuję|tack|takk|tak|bedankt|kiitos|teşekkürler|谢谢|謝謝|ありがとうございました|감사합니다
    """
)
WATCHERS = _phrases(
    """
    thank you for watching|thanks for watching|please subscribe|vielen dank fürs zuschauen
    vielen dank für's zuschauen|danke fürs zuschauen|bis zum nächsten mal|merci d'avoir regardé
    merci d'avoir regardé cette vidéo|gracias por ver el video|gracias por ver|suscríbete
    grazie per la visione|grazie per aver guardato il video|obrigado por assistir
    спасибо за просмотр|продолжение следует|dziękuję za uwagę|dziękuję za oglądanie
    tack för att ni tittade|bedankt voor het kijken|izlediğiniz için teşekkürler
    谢谢观看|謝謝觀看|感谢观看|謝謝大家|谢谢大家|下次再见|ご視聴ありがとうございました|おやすみなさい
    시청해주셔서감사합니다
    """
)
# names of those who write subtitles: never said
CREDITS = (
    "transcript emily beynon",
    "amara.org",
    "amaraorg",
    "zeoranger",
    "dimatorzok",
    "请不吝点赞",
    "請不吝點贊",
    "明镜与点点",
    "明鏡與點點",
)
# how credits begin; speakers may talk of subtitles elsewhere in a sentence
CREDITS_BEGIN = (
    "subtitles by",
    "untertitelung",
    "untertitel von",
    "untertitel im auftrag",
    "untertitel der",
    "sous-titrage",
    "sous-titres réalisés",
    "subtítulos realizados",
    "subtítulos por la comunidad",
    "sottotitoli creati",
    "sottotitoli e revisione",
    "legendas pela comunidade",
    "субтитры сделал",
    "субтитры создавал",
    "редактор субтитров",
    "napisy stworzone",
    "ondertiteling",
    "ondertiteld door",
    "undertexter från",
    "altyazı m.k",
    "字幕由",
    "字幕志愿者",
    "中文字幕",
)
_SIGNS = str.maketrans("", "", ".,;:!?\"'。，！？、…")


def kind_of(text: str) -> Kind:
    """What is known of a text in lower case, whose words may have lost the signs around them.

    >>> kind_of("thank you"), kind_of("字 幕 由 amara.org 社 区 提 供").name
    (<Kind.STOCK: 2>, 'CREDITS')
    """
    together = text.replace(" ", "")
    if any(credit in text or credit in together for credit in CREDITS):
        return Kind.CREDITS
    if text.startswith(CREDITS_BEGIN) or together.startswith(CREDITS_BEGIN):
        return Kind.CREDITS
    for kind, phrases in ((Kind.SHORT, SHORT), (Kind.STOCK, STOCK), (Kind.WATCHERS, WATCHERS)):
        if text in phrases or (not text.isascii() and together.translate(_SIGNS) in phrases):
            return kind
    return Kind.NONE
