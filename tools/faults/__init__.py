"""Faults of the world around VSAT: killed processes, full disks, damaged caches, changed files."""
