"""Switches that keep the libraries VSAT uses from sending or fetching anything. Set before any of
them is imported.

Each is set whatever the user's environment says: the promise that nothing leaves the machine must
not depend on it. Children inherit them. How this is tested: docs/privacy.md.
"""

import os

SWITCHES = {
    # ONNX Runtime 1.29 and later (Linux wheels): device id and event store in ~/.cache/Microsoft,
    # uploads by HTTPS
    "ORT_DISABLE_TELEMETRY": "1",
    "ORT_TELEMETRY_DISABLED": "1",  # its name in some versions
    # huggingface_hub (by faster-whisper): user agent statistics, version check, download of missing
    # files
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
    "HF_HUB_DISABLE_XET": "1",  # its transfer library has telemetry of its own
    "HF_HUB_OFFLINE": "1",
    # transformers and datasets, which plugins may bring
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    # the common request of tools that have no switch of their own (https://consoledonottrack.com)
    "DO_NOT_TRACK": "1",
    "DISABLE_TELEMETRY": "1",
    # pyannote.audio 4, which plugins may bring: usage metrics by OpenTelemetry
    "PYANNOTE_METRICS_ENABLED": "0",
    # elfutils (by memray, which `vsat hotspots` uses): debugging symbols fetched from the servers
    # named here
    "DEBUGINFOD_URLS": "",
}


def switch_off() -> None:
    """Set every switch in the environment of this process."""
    os.environ.update(SWITCHES)
