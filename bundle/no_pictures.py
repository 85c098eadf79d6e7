"""Stands in for Pillow in the built program: reportlab imports it, no paper of ours has pictures.

Pillow and the libraries it brings are 8 MB. Whoever draws a picture all the same is told what is missing.
"""

import sys
from types import ModuleType


class _Missing(ModuleType):
    def __getattr__(self, name: str) -> object:
        raise AttributeError(f"{self.__name__}.{name}: the built program has no Pillow")


pillow, image = ModuleType("PIL"), _Missing("PIL.Image")
pillow.__path__ = []
pillow.Image = image
sys.modules |= {"PIL": pillow, "PIL.Image": image}
