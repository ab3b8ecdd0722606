"""The formats of results, and what a file in each is called."""

# what `vsat run` writes unless it is asked for others
DEFAULT_FORMATS = ("txt", "json", "srt", "vtt", "rttm", "ctm", "stm")
RESULT_FORMATS = (
    *DEFAULT_FORMATS,
    "docx",
    "html",
    "csv",
    "seglst",
    "eaf",
    "textgrid",
    "audacity",
)
# of those that are not called like their format
_ENDINGS = {"seglst": "seglst.json", "textgrid": "TextGrid", "audacity": "audacity.txt"}


def ending_of(format_name: str) -> str:
    """The ending of a file in this format, without the first dot.

    >>> ending_of("srt"), ending_of("seglst")
    ('srt', 'seglst.json')
    """
    return _ENDINGS.get(format_name, format_name)


def result_name(name: str, format_name: str) -> str:
    """The file name of a result of the recording called `name`.

    >>> result_name("talk", "textgrid")
    'talk.TextGrid'
    """
    return f"{name}.{ending_of(format_name)}"
