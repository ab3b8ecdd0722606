"""The stages that come with VSAT."""

import vsat_core  # noqa: F401 sets what must be set before any library is imported
