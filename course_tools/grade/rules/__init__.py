"""The files beside the submissions: policy.toml, extensions.csv, overrides.csv. All may be absent and changed later."""

from __future__ import annotations

from course_tools.grade.rules.model import BadRule, Extension, Override, Rules
from course_tools.grade.rules.read import read_rules

__all__ = ["BadRule", "Extension", "Override", "Rules", "read_rules"]
