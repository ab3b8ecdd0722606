"""What a stage took and gave, in words."""

from vsat_core.explain.report import StageReport


def seconds_of(report: StageReport) -> str:
    """Such as "12.3", in brackets where it is what the last computation took; "" if not known."""
    if report.seconds is None:
        return ""
    text = f"{report.seconds:.{3 if report.seconds < 1 else 2}f}"
    return f"({text})" if report.earlier else text


def memory_of(report: StageReport) -> str:
    """Peak memory in MB likewise."""
    if not report.peak_bytes:
        return ""
    text = f"{report.peak_bytes / 1e6:.0f}"
    return f"({text})" if report.earlier else text


def costs_of(report: StageReport) -> str:
    """All in one line, without what is not known."""
    seconds, memory = (text.strip("()") for text in (seconds_of(report), memory_of(report)))
    figures = (f"{seconds} s" if seconds else "", f"{memory} MB" if memory else "", report.answer)
    return ("last time " if report.earlier else "") + " · ".join(filter(None, figures))
