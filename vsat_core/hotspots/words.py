"""Shares, seconds and megabytes in words."""


def percent(share: float) -> str:
    """As in 41 %, with a decimal below ten."""
    return f"{100 * share:.0f} %" if share >= 0.0995 else f"{100 * share:.1f} %"


def seconds(value: float) -> str:
    """Three digits: 12.3 s, 0.41 s, 3 ms."""
    if value >= 10:
        return f"{value:.1f} s"
    return f"{value:.2f} s" if value >= 0.1 else f"{1000 * value:.1f} ms"


def mb(size: float) -> str:
    """Megabytes of 10^6 bytes."""
    return f"{size / 1e6:.1f}"
