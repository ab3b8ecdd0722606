#!/bin/sh
# Answers and times of every variant on the processor and on a CUDA device, in under ten minutes:
# writes metrics/gpu.json. Without such a device it says so in one line and exits with 0.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
if ! command -v "$python" >/dev/null; then
    echo "nothing measured: there is no $python (CONTRIBUTING.md says how it is made)"
    exit 0
fi
exec timeout 600 "$python" -m tools.gpu_check --output metrics/gpu.json "$@"
