"""What the notebooks hold, before anything is executed."""

from __future__ import annotations

import pytest

from course_tools.build.chapter import Chapter, choose
from course_tools.build.exercise import make_exercise, make_solution
from course_tools.build.lesson import make_lesson
from course_tools.build.notebook import dump
from course_tools.build.problem import BuildError
from course_tools.build.source import read_cells
from tests.course_tools.tiny_course import Course


def test_folder_gives_the_notebook_its_name(course: Course) -> None:
    assert Chapter(course.root, "ch05_gradient_descent").name == "05_gradient_descent"
    assert Chapter(course.root, "appA_errors").name == "A_errors"


def test_a_folder_with_another_name_is_refused_with_advice(course: Course) -> None:
    with pytest.raises(BuildError, match="must read like ch05_gradient_descent"):
        _ = Chapter(course.root, "chapter5").name


@pytest.mark.parametrize("word", ["5", "05", "ch05", "05_tiny", "ch05_tiny", "chapters/ch05_tiny/"])
def test_a_chapter_answers_to_its_number_and_names(course: Course, word: str) -> None:
    assert choose(course.root, (word,)) == [course.chapter]


def test_an_unknown_chapter_is_named_with_those_there_are(course: Course) -> None:
    with pytest.raises(BuildError, match=r"^6: No chapter has this name\. Try a number or a folder of: ch05_tiny\.$"):
        choose(course.root, ("6",))


def test_cells_know_the_line_they_come_from(course: Course) -> None:
    path = course.chapter.file("lesson.md")
    lines = path.read_text(encoding="utf-8").splitlines()
    for cell in read_cells(path, course.root):
        assert lines[cell.line - 1] == cell.text.splitlines()[0]


def test_front_matter_moves_no_line_number(course: Course) -> None:
    head = "---\nkernelspec:\n  name: python3\n---\n"
    path = course.write("chapters/ch05_tiny/lesson.md", head + "Same.\n\n+++\n\nSame.\n\n+++\n\nSame.\n")
    assert [cell.line for cell in read_cells(path, course.root)] == [5, 9, 13]


def test_speaker_notes_stay_out_of_the_lesson(course: Course) -> None:
    assert "Wave to the audience." in course.chapter.file("lesson.md").read_text(encoding="utf-8")
    assert "Wave to the audience." not in dump(make_lesson(course.chapter).notebook)


def test_prose_without_slide_type_is_skipped_by_slides(course: Course) -> None:
    kinds = {cell.source: cell.metadata.slideshow.slide_type for cell in make_lesson(course.chapter).notebook.cells}
    assert kinds["Prose to study."] == "skip"
    assert [kind for text, kind in kinds.items() if text.startswith("# A tiny chapter")] == ["slide"]


def test_hide_input_folds_the_cell_and_keeps_the_tags(course: Course) -> None:
    cell = next(cell for cell in make_lesson(course.chapter).notebook.cells if cell.source.startswith("x = 20"))
    assert cell.metadata.jupyter.source_hidden
    assert cell.metadata.tags == ["hide-input", "O09"]


def test_title_is_the_first_heading(course: Course) -> None:
    assert make_lesson(course.chapter).notebook.metadata.title == "A tiny chapter"


def test_metadata_names_no_python_version(course: Course) -> None:
    assert "version" not in make_lesson(course.chapter).notebook.metadata.language_info


def test_solution_has_the_code_and_no_markers(course: Course) -> None:
    text = dump(make_solution(course.chapter).notebook)
    assert "change = lr * g / (1 + 0 * theta)" in text
    assert "SOLUTION" not in text
    assert "gradient points uphill" in text


def test_learners_sheet_has_a_stub_at_the_same_indentation(course: Course) -> None:
    code = next(cell.source for cell in make_exercise(course.chapter).notebook.cells if cell.cell_type == "code")
    assert code == 'def step(theta, g, lr):\n    """One step."""\n    # Your code here.\n    raise NotImplementedError'


def test_learners_sheet_lacks_solution_cells_tags_and_outputs(course: Course) -> None:
    notebook = make_exercise(course.chapter).notebook
    assert "uphill" not in dump(notebook)
    assert all(set(cell.metadata) <= {"nbgrader"} for cell in notebook.cells)
    assert all(not cell.get("outputs") for cell in notebook.cells)


def test_two_regions_in_one_cell_give_two_stubs(course: Course) -> None:
    course.write("chapters/ch05_tiny/exercises.md", REGIONS)
    code = make_exercise(course.chapter).notebook.cells[0].source
    assert code.count("raise NotImplementedError") == 2
    assert "one" not in code
    assert "\n    kept = 2\n" in code


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [("### END SOLUTION", "pass", 8), ("### BEGIN SOLUTION", "pass", 11), ("### END SOLUTION", "# end solution", 11)],
)
def test_a_half_open_region_is_refused_at_its_line(course: Course, old: str, new: str, line: int) -> None:
    course.replace("chapters/ch05_tiny/exercises.md", old, new)
    with pytest.raises(BuildError, match=rf"^chapters/ch05_tiny/exercises\.md:{line}: "):
        make_exercise(course.chapter)


def test_cell_ids_follow_from_content_alone(course: Course) -> None:
    first = {cell.source: cell.id for cell in make_lesson(course.chapter).notebook.cells}
    course.replace("chapters/ch05_tiny/lesson.md", "Prose to study.", "Other prose.")
    second = {cell.source: cell.id for cell in make_lesson(course.chapter).notebook.cells}
    assert first.pop("Prose to study.") != second.pop("Other prose.")
    assert first == second


def test_equal_cells_get_different_ids(course: Course) -> None:
    course.write("chapters/ch05_tiny/lesson.md", "# A\n\n+++\n\nSame.\n\n+++\n\nSame.\n")
    ids = [cell.id for cell in make_lesson(course.chapter).notebook.cells]
    assert len(set(ids)) == 3


def test_unreadable_metadata_names_the_file(course: Course) -> None:
    course.replace("chapters/ch05_tiny/lesson.md", '{"slide_type": "notes"}', '{"slide_type": ')
    with pytest.raises(BuildError, match=r"^chapters/ch05_tiny/lesson\.md: The metadata of a cell cannot be read"):
        make_lesson(course.chapter)


REGIONS = """\
```{code-cell} ipython3
def f():
    ### BEGIN SOLUTION
    one = 1
    ### END SOLUTION
    kept = 2
    if kept:
        ### BEGIN SOLUTION
        return one
        ### END SOLUTION
```
"""
