"""Xinya (新芽): the open platform on which a high-tech zone grows new productive forces suited to its place."""

__version__ = "0.1.0"
