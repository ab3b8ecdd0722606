"""What VSAT is delivered with: pinned files, a bill of materials, reproducible wheels."""
