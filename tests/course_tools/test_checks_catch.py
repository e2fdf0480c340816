"""Each check finds the defect it is there for, and nothing in a sound course."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from course_tools.build.problem import Problem
from course_tools.checks import ALL
from tests.course_tools.tiny_course import Course

LESSON, SHEET = "chapters/ch05_tiny/lesson.md", "chapters/ch05_tiny/exercises.md"
PIXEL = "iVBORw0KGgo="


@pytest.fixture
def sound(course: Course) -> Course:
    """A tiny course whose notebooks are as a build leaves them."""
    course.pretend()
    return course


def only(problems: list[Problem]) -> str:
    """The text of the one problem there must be."""
    assert len(problems) == 1, problems
    return str(problems[0])


@pytest.mark.parametrize("name", ALL)
def test_a_sound_course_has_no_problem(sound: Course, name: str) -> None:
    assert ALL[name](sound.root) == []


# drift


def test_drift_sees_a_missing_notebook(sound: Course) -> None:
    (sound.root / "solutions/05_tiny.ipynb").unlink()
    assert "solutions/05_tiny.ipynb: The notebook is missing" in only(ALL["drift"](sound.root))


def test_drift_sees_an_extra_file(sound: Course) -> None:
    sound.write("notebooks/06_old.ipynb", "{}")
    assert "notebooks/06_old.ipynb: No chapter gives this file" in only(ALL["drift"](sound.root))


def test_drift_sees_a_source_that_was_edited_since(sound: Course) -> None:
    sound.replace(LESSON, "Prose to study.", "Better prose to study.")
    assert f"{LESSON}:13: Cell 2 of notebooks/05_tiny.ipynb differs" in only(ALL["drift"](sound.root))


@pytest.mark.parametrize(
    "change",
    [
        lambda notebook: notebook["cells"][2]["metadata"]["tags"].remove("O09"),
        lambda notebook: notebook["cells"][2].update(cell_type="raw"),
        lambda notebook: notebook["cells"].pop(),
        lambda notebook: notebook["cells"].append(notebook["cells"][1]),
        lambda notebook: notebook["metadata"].update(title="Another"),
        lambda notebook: notebook["cells"][2].update(execution_count=None),
    ],
    ids=["tag", "type", "cell less", "cell more", "title", "not executed"],
)
def test_drift_sees_a_lesson_edited_by_hand(sound: Course, change: Callable[[dict], object]) -> None:
    sound.edit("notebooks/05_tiny.ipynb", change)
    assert "make notebooks" in only(ALL["drift"](sound.root))


def test_drift_compares_learners_sheets_byte_for_byte(sound: Course) -> None:
    sound.edit("exercises/05_tiny.ipynb", lambda notebook: None)  # the same content with other white space
    assert "exercises/05_tiny.ipynb: The file differs" in only(ALL["drift"](sound.root))


# leak


def put(text: str, kind: str = "code") -> Callable[[dict], object]:
    """Add a cell to a notebook."""
    cell = {"cell_type": kind, "metadata": {}, "source": text}
    return lambda notebook: notebook["cells"].append(cell)


LEAKS = {
    "its line": put("change = lr * g / (1 + 0 * theta)"),
    "its line in prose": put("Use `change = lr * g / (1 + 0 * theta)`.", "markdown"),
    "its statement, spaced otherwise": put("change=lr*g/(1+0*theta)  # hint"),
    "its statement in a code block": put("```python\nchange=lr*g/(1+0*theta)\n```", "markdown"),
    "its statement nested": put("for _ in range(3):\n    if True:\n        change=lr*g/(1+0*theta)"),
    "its prose": put("The minus sign is there because the gradient points uphill.", "markdown"),
    "a marker": put("### BEGIN SOLUTION"),
    "an output": lambda notebook: notebook["cells"][1].update(
        execution_count=1, outputs=[{"output_type": "stream", "text": "0.5"}]
    ),
    "metadata": lambda notebook: notebook["cells"][1]["metadata"].update(answer="secret"),
    "the whole cell in metadata": lambda notebook: notebook["metadata"].update(was="change = lr * g / (1 + 0 * theta)"),
}


@pytest.mark.parametrize("name", LEAKS)
def test_leak_sees(sound: Course, name: str) -> None:
    assert ALL["leak"](sound.root) == []
    sound.edit("exercises/05_tiny.ipynb", LEAKS[name])
    problems = ALL["leak"](sound.root)
    assert problems
    assert all("05_tiny.ipynb" in str(problem) for problem in problems)


def test_leak_sees_the_solution_in_the_public_part_of_its_source(course: Course) -> None:
    course.replace(
        SHEET, "step(1.0, 2.0, 0.25)", "def hint(lr, g, theta):\n    change = lr*g / (1 + 0*theta)\n    return change"
    )
    course.pretend()
    assert f"{SHEET}:9: The solution's statement `change = lr * g / (1 + 0 * theta)` can be read in" in only(
        ALL["leak"](course.root)
    )


def test_leak_sees_a_long_statement_with_other_names(course: Course) -> None:
    course.replace(SHEET, "change = lr * g / (1 + 0 * theta)", "change = lr * (g + 0 * theta) / (1 + abs(0 * theta))")
    course.replace(SHEET, "step(1.0, 2.0, 0.25)", "d = a * (b + 0 * c) / (1 + abs(0 * c))")
    course.pretend()
    assert "can be read in exercises/05_tiny.ipynb" in only(ALL["leak"](course.root))


def test_leak_leaves_everyday_statements_alone(course: Course) -> None:
    course.replace(SHEET, "step(1.0, 2.0, 0.25)", "def half(theta, change):\n    return theta - change")
    course.pretend()
    assert ALL["leak"](course.root) == []


# tags, length


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("[hide-input, O09]", "[hide_input, O09]", "The tag `hide_input` is not known"),
        ('["S1-02"]', '["S5-02"]', "The tag `S5-02` is not known"),
        ('"slide_type": "slide"', '"slide_type": "slides"', "is not known: slides would lack the cell"),
        (":tags: [hide-input, O09]", ":tag: [hide-input, O09]", "The metadata key `tag` is not known"),
    ],
)
def test_tags_sees_a_typing_error_at_its_line(course: Course, old: str, new: str, sentence: str) -> None:
    course.replace(LESSON, old, new)
    text = only(ALL["tags"](course.root))
    assert text.startswith(f"{LESSON}:")
    assert sentence in text


def test_tags_sees_an_exercise_that_a_solution_cell_would_swallow(course: Course) -> None:
    sheet = course.root / SHEET
    swallowed = '\n+++ {"tags": ["solution"]}\n\n**Why.** Since 1 + 1 = 2.\n\n## 5.2 The next exercise\n'
    course.write(SHEET, sheet.read_text(encoding="utf-8") + swallowed)
    assert "the next exercise would be lost" in only(ALL["tags"](course.root))


@pytest.mark.parametrize("tag", ["S0-01", "S4-99", "O09", "O101", "E58", "M04", "X1", "hide-input", "raises-exception"])
def test_tags_knows(course: Course, tag: str) -> None:
    course.replace(LESSON, '["S1-02"]', f'["{tag}"]')
    assert ALL["tags"](course.root) == []


@pytest.mark.parametrize(("lines", "found"), [(20, 0), (21, 1)])
def test_length_allows_twenty_lines(course: Course, lines: int, found: int) -> None:
    course.replace(LESSON, "x = 20\nx + 1", "\n".join(["x = 20"] * lines))
    assert len(ALL["length"](course.root)) == found


@pytest.mark.parametrize(("lines", "found"), [(20, 0), (21, 1)])
def test_length_counts_a_solution_but_not_its_markers(course: Course, lines: int, found: int) -> None:
    code = "\n".join(["### BEGIN SOLUTION", *["x = 1"] * lines, "### END SOLUTION"])
    course.replace(SHEET, "step(1.0, 2.0, 0.25)", code)
    assert len(ALL["length"](course.root)) == found


# alt


def picture(metadata: dict, plain: str = "Figure") -> Callable[[dict], object]:
    """Give a cell a picture as its output."""
    output = {"output_type": "display_data", "data": {"image/png": PIXEL, "text/plain": plain}, "metadata": metadata}
    return lambda notebook: notebook["cells"][2].update(outputs=[output])


def test_alt_accepts_a_described_picture(sound: Course) -> None:
    sound.edit("notebooks/05_tiny.ipynb", picture({"image/png": {"alt": "A parabola with its lowest point at zero."}}))
    assert ALL["alt"](sound.root) == []


@pytest.mark.parametrize(
    "metadata", [{}, {"image/png": {}}, {"image/png": {"alt": " "}}, {"image/png": {"alt": "plot"}}]
)
def test_alt_sees_an_undescribed_picture(sound: Course, metadata: dict) -> None:
    sound.edit("notebooks/05_tiny.ipynb", picture(metadata))
    assert "notebooks/05_tiny.ipynb, cell 3: A picture has no alternative text" in only(ALL["alt"](sound.root))


def test_alt_sees_a_picture_without_plain_text(sound: Course) -> None:
    sound.edit(
        "solutions/05_tiny.ipynb",
        picture({"image/png": {"alt": "A parabola with its lowest point at zero."}}, plain=""),
    )
    assert "has no plain text beside it" in only(ALL["alt"](sound.root))


# links, forbidden


@pytest.mark.parametrize(
    "link",
    [
        "[x](../missing.md)",
        "![x](missing.png)",
        '<img src="missing.png">',
        "text <a href='gone.md'>x</a>",
        "[x]: gone.md\n\n[x]",
    ],
)
def test_links_sees_a_dead_link_in_prose_and_in_lessons(course: Course, link: str) -> None:
    course.write("docs/page.md", f"# Page\n\n{link}\n")
    course.pretend()
    assert "docs/page.md:" in only(ALL["links"](course.root))
    course.write("docs/page.md", "# Page\n")
    course.replace(LESSON, "Prose to study.", link)
    assert f"{LESSON}:" in only(ALL["links"](course.root))


def test_links_sees_a_link_out_of_the_repository(sound: Course) -> None:
    sound.write("README.md", "[up](../elsewhere.md)\n")
    assert "README.md:1: The link `../elsewhere.md` leads out of the repository" in only(ALL["links"](sound.root))


def test_links_in_a_lesson_start_from_the_notebooks_folder(sound: Course) -> None:
    assert "../exercises/05_tiny.ipynb" in sound.chapter.file("lesson.md").read_text(encoding="utf-8")
    assert ALL["links"](sound.root) == []
    (sound.root / "exercises/05_tiny.ipynb").unlink()
    assert f"{LESSON}:5: The link `../exercises/05_tiny.ipynb` leads to no file" in only(ALL["links"](sound.root))


def test_links_leaves_code_anchors_and_the_web_alone(sound: Course) -> None:
    sound.write("README.md", "`[a](b)` [c](#d) [e](https://example.org/f)\n\n```\n[g](h)\n```\n")
    assert ALL["links"](sound.root) == []


@pytest.mark.parametrize(
    "line",
    [
        "see /home/ann/file",
        "open('/tmp/x')",
        "/" + "work/main",
        "pip install --" + "index-url x",
        "https://mirror.example/" + "simple",
        "file:///srv",
    ],
)
def test_forbidden_sees_a_machines_path_or_an_index(sound: Course, line: str) -> None:
    sound.write("docs/page.md", f"# Page\n\n{line}\n")
    assert str(ALL["forbidden"](sound.root)[0]).startswith("docs/page.md:3: ")


def test_forbidden_sees_a_path_in_an_output_but_not_in_picture_data(sound: Course) -> None:
    sound.edit("notebooks/05_tiny.ipynb", picture({"image/png": {"alt": "x"}}, plain="<Figure at /home/ann>"))
    assert "notebooks/05_tiny.ipynb, output of cell 3" in only(ALL["forbidden"](sound.root))
    data = {"output_type": "display_data", "data": {"image/png": "a /tmp/ b"}, "metadata": {}}
    sound.edit("notebooks/05_tiny.ipynb", lambda notebook: notebook["cells"][2].update(outputs=[data]))
    assert ALL["forbidden"](sound.root) == []


@pytest.mark.parametrize("line", ["src/home/page", "~/" + "work/x", "https://example.org/home/", "--tmpfs /tmp"])
def test_forbidden_leaves_other_slashes_alone(sound: Course, line: str) -> None:
    sound.write("docs/page.md", line)
    assert ALL["forbidden"](sound.root) == []
