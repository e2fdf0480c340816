"""What a submission can do in the jail: compute. Each case earns what it should, and the next one is as ever."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from course_tools.grade.inside import seccomp
from course_tools.grade.jail import Jail, Limits
from course_tools.grade.trusted import judge_submission
from course_utils.questions import Probe, Question

HONEST = "def double(x):\n    return 2 * x\nanswer = 7"
LIMITS = Limits(cell=1.0, question=3.0, submission=12.0, processor=10)


def probes(rng: np.random.Generator) -> dict[str, list[Probe]]:
    x = rng.normal(size=3)
    return {"numbers": [Probe((1.5,)), Probe((float(x[0]),))], "arrays": [Probe((x,))]}


DOUBLE = Question("t.double", 4, "double(x)", lambda x: 2 * x, probes)
ANSWER = Question("t.answer", 1, "answer", 7)
APPLY = Question("t.apply", 1, "apply(f, x)", lambda f, x: f(f(x)), lambda rng: {"all": [Probe((np.sin, 0.5))]})


@pytest.fixture(scope="module")
def jail(needs_bwrap: list[str]) -> Iterator[Jail]:
    with Jail(LIMITS) as made:
        yield made


@dataclass
class Result:
    points: float
    problems: list[str]
    errors: list[str]


def graded(jail: Jail, *cells: str, questions: Any = (DOUBLE, ANSWER)) -> Result:
    outcome = judge_submission(jail, list(enumerate(cells, 1)), questions, seed=3)
    return Result(
        sum(a.points for a in outcome.answers),
        [a.problem for a in outcome.answers if a.problem],
        [f"{kind}: {text}" for _, kind, text in outcome.errors],
    )


def test_an_honest_answer_earns_all(jail: Jail) -> None:
    assert graded(jail, HONEST) == Result(5, [], [])


def test_a_given_function_can_be_called_from_inside(jail: Jail) -> None:
    assert graded(jail, "def apply(f, x):\n    return f(f(x))", questions=[APPLY]).points == 1


def test_entries_put_into_a_given_dict_are_seen_from_outside(jail: Jail) -> None:
    def drive(answer: Any) -> bool:
        given = {"x": np.ones(2)}
        answer(given)
        return bool(np.array_equal(given["x"], np.ones(2)))

    question = Question("t.move", 1, "move(p)", lambda p: None, lambda rng: {"all": [Probe(drive=drive)]})
    assert graded(jail, "def move(p):\n    return {'x': p['x'] - 1}", questions=[question]).points == 1
    assert graded(jail, "def move(p):\n    p['x'] = p['x'] - 1", questions=[question]).points == 0


def test_part_of_the_answers_earns_part_of_the_points(jail: Jail) -> None:
    found = graded(jail, "def double(x):\n    return 2 * x if isinstance(x, float) else x")
    assert found.points == 2
    assert found.problems[0].startswith("double is off by up to ")
    assert found.problems[1] == "there is no answer in the notebook"


def test_a_cell_that_fails_does_not_stop_the_next(jail: Jail) -> None:
    found = graded(jail, "1 / 0", "import no_such_module", "def broken(:", HONEST)
    assert found.points == 5
    kinds = [error.split(":")[0] for error in found.errors]
    assert kinds == ["ZeroDivisionError", "ModuleNotFoundError", "SyntaxError"]


def test_changed_inputs_are_seen_from_outside(jail: Jail) -> None:
    found = graded(jail, "def double(x):\n    x *= 2\n    return x\nanswer = 7")
    assert found.points == 3
    assert "an input was changed in place" in found.problems[0]


ENDS = {
    "os._exit": "import os\nos._exit(0)",
    "segfault": "import ctypes\nctypes.string_at(0)",
    "abort": "import os\nos.abort()",
    "kill": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "endless": "while True:\n    pass",
    "endless, swallows": "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "no alarm": "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass",
    "closes everything": "import os\nos.closerange(0, 1000)",
    "forged reply": "import os\nos.write(3, b'\\x02\\x00\\x00\\x00\\x00\\x00\\x00\\x00{}')",
}


@pytest.mark.parametrize("name", ENDS)
def test_a_cell_that_ends_or_hangs_the_process_is_left_out_and_the_rest_counts(jail: Jail, name: str) -> None:
    found = graded(jail, HONEST, ENDS[name])
    assert found.points == 5, found
    assert len(found.errors) == 1
    assert graded(jail, HONEST) == Result(5, [], [])


@pytest.mark.parametrize("name", ENDS)
def test_an_answer_that_ends_or_hangs_the_process_costs_its_own_points(jail: Jail, name: str) -> None:
    body = "\n".join("    " + line for line in ENDS[name].splitlines())
    found = graded(jail, f"def double(x):\n{body}\nanswer = 7")
    assert found.points == 1, found
    assert graded(jail, HONEST) == Result(5, [], [])


REFUSED = {
    "fork": "import os\nos.fork()",
    "thread": "import threading\nthreading.Thread(target=print).start()",
    "subprocess": "import subprocess\nsubprocess.run(['true'])",
    "network": "import socket\nsocket.create_connection(('127.0.0.1', 80), 1)",
    "unix socket": "import socket\nsocket.socket(socket.AF_UNIX)",
    "signal to the server": "import os\nos.kill(os.getppid(), 9)",
    "signal to all": "import os\nos.kill(-1, 9)",
    "session of its own": "import os\nos.setsid()",
    "3 GB": "import numpy as np\nnp.ones(3 * 2**27)",
    "large file": "open('/scratch/x', 'wb').write(b'0' * 2**25)",
    "write to the library": "open('/course/course_utils/check.py', 'a')",
    "write to the system": "open('/usr/x', 'w')",
    "read the questions": "open('/course/chapters/ch09_adam/questions.py')",
    "import the questions": "import chapters.ch09_adam.questions",
    "processes": "open('/proc/1/environ')",
    "homes": "import os\nos.listdir('/home')",
    "limits": "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (10**6, 10**6))",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_solution_never_needs_is_refused(jail: Jail, name: str) -> None:
    found = graded(jail, REFUSED[name], HONEST)
    assert found.points == 5
    assert len(found.errors) == 1, found
    files = {"PermissionError", "OSError", "FileNotFoundError", "ModuleNotFoundError"}
    assert found.errors[0].split(":")[0] in files | {"RuntimeError", "MemoryError", "ValueError"}


def test_disk_is_limited_and_nothing_survives(jail: Jail) -> None:
    fill = "k = 0\nwhile True:\n    open(f'/scratch/{k}', 'wb').write(b'0' * 10**7)\n    k += 1"
    assert graded(jail, fill, HONEST).points == 5
    look = "import os\nassert os.listdir('/scratch') == [], os.listdir('/scratch')"
    assert graded(jail, look, HONEST) == Result(5, [], [])


def test_a_locked_folder_does_not_survive_either(jail: Jail) -> None:
    lock = "import os\nos.makedirs('/scratch/a/b')\nopen('/scratch/a/b/c', 'w').close()\n"
    lock += "os.chmod('/scratch/a/b', 0)\nos.chmod('/scratch/a', 0)"
    assert graded(jail, lock, HONEST).points == 5
    assert graded(jail, "import os\nassert not os.listdir('/scratch')", HONEST) == Result(5, [], [])


def test_output_without_end_is_thrown_away(jail: Jail) -> None:
    loud = "import sys\nfor _ in range(50): print('x' * 10**6)\nprint('y', file=sys.stderr)"
    assert graded(jail, loud, HONEST).points == 5


def test_nothing_of_the_graders_is_in_the_environment_or_in_memory(jail: Jail) -> None:
    look = """
import gc, os, sys
assert not [name for name in sys.modules if name.startswith(("chapters", "course_tools"))]
assert not [thing for thing in gc.get_objects() if type(thing).__name__ == "Question"]
assert set(os.environ) <= set("PYTHONPATH HOME MPLCONFIGDIR PATH LANG OPENBLAS_NUM_THREADS OMP_NUM_THREADS MPLBACKEND "
                              "COURSE_BUILD TMPDIR PYTHONDONTWRITEBYTECODE PYTHONHASHSEED PWD LC_CTYPE".split())
assert os.getuid() == 65534
"""
    assert graded(jail, look, HONEST) == Result(5, [], [])


PATCHES = {
    "numpy.testing": "import numpy.testing as t\nt.assert_allclose = lambda *a, **k: None",
    "np.allclose": "import numpy as np\nnp.allclose = np.array_equal = lambda *a, **k: True",
    "builtins": "import builtins\nbuiltins.all = builtins.any = builtins.isinstance = lambda *a: True",
    "sys.modules": "import sys\nsys.modules['numpy'] = sys.modules['json']",
    "__main__": "import __main__\n__main__.grade = lambda: 100",
    "check": "import course_utils.check as c\nc.check = lambda *a: type('V', (), {'points': 100, 'passed': True})()",
    "judge": "import course_utils.judging as j\nj.judge = lambda *a: None",
}


@pytest.mark.parametrize("name", PATCHES)
def test_patching_what_judges_earns_nothing(jail: Jail, name: str) -> None:
    found = graded(jail, PATCHES[name] + "\ndef double(x):\n    return 3 * x\nanswer = 8")
    assert found.points == 0


LIARS = {
    "equals everything": "class A:\n    def __eq__(self, o): return True\n    def __float__(self): return 7.0",
    "another class": "class A:\n    __class__ = int",
    "a subclass": "class A(float):\n    def __sub__(self, o): return 0.0\n    def __eq__(self, o): return True",
    "an array": "import numpy as np\nclass A:\n    def __array__(self, *a, **k): return np.array(7)",
}


@pytest.mark.parametrize("name", LIARS)
def test_objects_that_lie_earn_nothing(jail: Jail, name: str) -> None:
    assert graded(jail, f"{LIARS[name]}\ndouble = lambda x: A()\nanswer = A()").points == 0


STRANGE = ["[0] * 10**7", "'x' * 10**9", "10**10**6", "iter(int, 1)", "lambda: 0", "float('nan')"]


@pytest.mark.parametrize("value", STRANGE)
def test_strange_values_are_wrong_and_nothing_more(jail: Jail, value: str) -> None:
    found = graded(jail, f"def double(x):\n    return {value}\nanswer = 7")
    assert found.points == 1, found


def test_hard_coded_public_outputs_fail_on_other_inputs(jail: Jail) -> None:
    assert graded(jail, "def double(x):\n    return {1.5: 3.0}.get(x) if isinstance(x, float) else x").points == 0


def test_a_question_without_an_answer_says_so(jail: Jail) -> None:
    assert graded(jail, "double = 3").problems == ["double is not a function", "there is no answer in the notebook"]


def test_too_many_stumbling_blocks_end_within_the_limit(jail: Jail) -> None:
    found = graded(jail, *["import os\nos._exit(1)"] * 20, HONEST)
    assert found.points == 5
    assert len(found.errors) == 20


def test_the_filter_refuses_what_it_names_on_both_machines() -> None:
    for machine, column in (("x86_64", 0), ("aarch64", 1)):
        code = seccomp.program(machine, os.getpid())
        numbers = {int.from_bytes(code[k + 4 : k + 8], "little") for k in range(0, len(code), 8)}
        assert {n[column] for n in seccomp.REFUSED.values() if n[column] is not None} <= numbers
        assert len(code) % 8 == 0
