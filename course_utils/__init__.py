"""The course's library: optimizers and networks in NumPy whose source reads like the equations.

Read any part with ``??`` in a notebook, for example ``from course_utils.optimizers import Adam`` and ``??Adam``.
Floors, each importing only from the ones before it:

0. ``checks``, ``trace``
1. ``objectives``, ``schedules``, ``optimizers``, ``gradcheck``, ``data``
4. ``descent``
5. ``plots``
6. ``widgets``, ``check``, ``progress``
"""

__version__ = "0.1.0"
