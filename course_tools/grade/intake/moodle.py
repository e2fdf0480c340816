"""Moodle's "Download all submissions": ``Full Name_1234567_assignsubmission_file_/09_adam.ipynb``.

Without folders (a preference of the teacher) it is ``Full Name_1234567_assignsubmission_file_09_adam.ipynb``; older
releases write ``…_file_`` with a closing underscore before the folder's end, newer ones leave it out. The number is
that of the participant in this assignment. (Moodle, ``mod/assign/classes/downloader.php``.)
"""

from __future__ import annotations

import re

from course_tools.grade.intake.owner import Owner

NAMED = re.compile(r"(?P<name>.+?)_(?P<user>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<rest>.*))?", re.DOTALL)


def moodle(parts: tuple[str, ...]) -> Owner | None:
    """The owner of a file of Moodle's download; None if it is not one.

    >>> owner = moodle(("Zoë Quist_1234567_assignsubmission_file_", "09_adam.ipynb"))
    >>> owner.student, owner.lms_id, owner.rest
    ('Zoë Quist', '1234567', ('09_adam.ipynb',))
    """
    match = NAMED.fullmatch(parts[0])
    if match is None:
        return None
    rest = (*([match["rest"]] if match["rest"] else []), *parts[1:])
    return Owner(match["name"], rest or parts, match["user"], lms="Moodle")
