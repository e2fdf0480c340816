"""The publishers' real files, as for the tests of the loaders."""

from tests.course_utils.data.conftest import real

__all__ = ["real"]
