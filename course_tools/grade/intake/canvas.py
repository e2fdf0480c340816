"""Canvas' "Download Submissions": one flat zip of ``lastnamefirst_LATE_12345_67890_09_adam-2.ipynb``.

The parts are the sortable name (lower case, nothing but letters, digits and _), LATE where it is, the user's id, the
file's id, and the file's name, to which Canvas adds -1, -2, … each time a file of that name is handed in again. In an
anonymous assignment ``anon_Ab3dE`` stands in place of name and user. (Canvas LMS, ``lib/content_zipper.rb``.)
"""

from __future__ import annotations

import re

from course_tools.grade.intake.owner import Owner

NAMED = re.compile(r"(?P<name>\w+?)(?P<late>_LATE)?_(?P<user>\d+)_(?P<file>\d+)_(?P<rest>.+)", re.DOTALL)
ANONYMOUS = re.compile(r"(?:(?P<late>LATE)_)?(?P<name>anon_(?P<user>\w{5}))_(?P<file>\d+)_(?P<rest>.+)", re.DOTALL)
AGAIN = re.compile(r"-(\d{1,3})(?=\.\w+$)")


def canvas(parts: tuple[str, ...]) -> Owner | None:
    """The owner of a file of Canvas' download; None if it is not one.

    >>> owner = canvas(("doejane_LATE_12345_67890_09_adam-2.ipynb",))
    >>> owner.student, owner.lms_id, owner.late, owner.attempt, owner.rest
    ('doejane', '12345', True, 3, ('09_adam.ipynb',))
    """
    match = (ANONYMOUS.fullmatch(parts[0]) or NAMED.fullmatch(parts[0])) if len(parts) == 1 else None
    if match is None:
        return None
    again = AGAIN.search(match["rest"])
    rest = AGAIN.sub("", match["rest"])
    attempt = int(again.group(1)) + 1 if again else 1
    return Owner(match["name"], (rest,), match["user"], attempt, bool(match["late"]), "Canvas")
