"""What a class can hand in: each case is one notebook, what it earns, and what the grader says of it.

``SHEET`` answers seven of the nine questions of chapter 5 (15 of 20 points) and is quick; a case adds to it, replaces
cells of it, or is no notebook at all. Words in capitals stand for things of the grader's world that must stay whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from course_tools.bench_grade.sheets import NAME, SOLUTION, notebook
from course_tools.pythons import ROOT

LEFT_OUT = ("check(", "def fit_line", "def gd_until")
SHEET = [text for text in SOLUTION if not text.startswith(LEFT_OUT)]
FULL, MOST, NONE = 20.0, 15.0, 0.0
GD = next(text for text in SHEET if "def gd(" in text)
"""The answer that a case replaces: worth 3."""
REST = [text for text in SHEET if text is not GD]


@dataclass(frozen=True)
class Case:
    """A notebook, as cells or as bytes, and what must come of it."""

    name: str
    content: Any
    points: float
    told: str = ""
    """Stands in the message; empty where nothing more than the missing answers is to be told."""
    status: str = "graded"


def adds(name: str, cell: str, told: str = "", points: float = MOST) -> Case:
    """A hostile cell before the honest ones."""
    return Case(name, notebook(cell, *SHEET), points, told)


def answers(name: str, gd: str, told: str, points: float = MOST - 3) -> Case:
    """A hostile answer to one question."""
    return Case(name, notebook(*REST, gd), points, told)


def body(code: str, end: str = "return np.zeros((steps + 1, len(x0)))") -> str:
    """``gd`` that does something first."""
    lines = [*code.splitlines(), end]
    return "def gd(f_grad, x0, lr, steps):\n" + "\n".join(f"    {line}" for line in lines)


def everyday() -> Iterator[Case]:
    """What honest learners hand in."""
    other = GD.replace("def gd(f_grad, x0, lr, steps):", "def _walk(f_grad, x0, lr, steps):")
    other += "\n\nclass Walk:\n    def __call__(self, *args):\n        return _walk(*args).tolist()\n\ngd = Walk()"
    yield Case("all right", notebook(*SOLUTION), FULL, "All right.")
    yield Case("another style", notebook(*REST, other), MOST)
    partial = GD.replace("lr * f_grad(x)", "min(lr, 0.5) * f_grad(x)")
    yield answers("partial", partial, "gd is off by", MOST - 0.75)
    yield Case("blank", (ROOT / "exercises" / NAME).read_bytes(), NONE, "NotImplementedError")
    yield Case("no cell", notebook(), NONE, "there is no gd in the notebook")
    yield adds("a failing import", "import no_such_module", "ModuleNotFoundError No module named 'no_such_module'")
    yield adds("a syntax error in one cell", "def broken(:", "SyntaxError")
    yield adds("an error in one cell", "1 / 0", "ZeroDivisionError division by zero")
    yield adds("what only IPython understands", "%matplotlib inline\n!ls\nnp?")
    yield adds("warnings on stderr", "import sys, warnings\nwarnings.warn('loud')\nprint('loud', file=sys.stderr)")
    end = "return np.array(history)"
    yield answers("nan", GD.replace(end, f"{end} * np.nan"), "nan or inf")
    yield answers("inf", GD.replace(end, f"{end} / 0"), "nan or inf")
    yield answers("wrong dtype", GD.replace(end, f"{end}.astype('U9')"), "numbers are expected")
    yield answers("wrong shape", GD.replace(end, f"{end}.T"), "has shape")
    yield answers("wrong type", GD.replace(end, "return {'path': history}"), "is a dict, numbers are expected")
    yield answers("text for an array", body("", "return 'done'"), "is a str, numbers are expected")
    yield answers("a name that does not exist", body("", "return history"), "NameError: name 'history' is not defined")
    yield answers("a print for a return", GD.replace(end, "print(history)"), "is a return missing?")
    yield answers("mutated inputs", GD.replace("x = np.array(x0, dtype=float)", "x = x0; x *= 1.5"), "in place")
    chance = body("rng = np.random.default_rng()", "return rng.normal(size=(steps + 1, len(x0)))")
    yield answers("chance where none is asked for", chance, "is off by")
    yield answers("a name that is no function", "gd = 3", "gd is not a function")


def ends() -> Iterator[Case]:
    """Code that ends or hangs its process, in a cell and in an answer."""
    swallow = "import time\nwhile True:\n    try:\n        time.sleep(1000)\n    except BaseException: pass"
    deaf = "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\n"
    deaf += "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True: pass"
    late, hung, ended = "TimeoutError", "it did not finish in time", "its process ended"
    ways = {
        "an endless loop": ("while True:\n    pass", late),
        "an endless loop that swallows all": (swallow, hung),
        "an endless loop without alarms": (deaf, hung),
        "a sleep": ("import time\ntime.sleep(1000)", late),
        "a stop": ("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", hung),
        "os._exit": ("import os\nos._exit(0)", ended),
        "a segmentation fault": ("import ctypes\nctypes.string_at(0)", ended),
        "abort": ("import os\nos.abort()", ended),
    }
    for name, (code, told) in ways.items():
        yield adds(f"{name} in a cell", code, f"cell 1: {told}" if told == late else f"cell 1: Stopped {told}")
        yield answers(f"{name} in an answer", body(code), f"gd raised {told}" if told == late else f"gd: {told}")
    yield adds("sys.exit in a cell", "import sys\nsys.exit(0)", "SystemExit 0")
    yield answers("sys.exit in an answer", body("import sys\nsys.exit(0)"), "SystemExit")
    yield answers("a recursion without end", "def gd(*args):\n    return gd(*args)", "RecursionError")


def greedy() -> Iterator[Case]:
    """Too much of everything."""
    yield adds("3 GB", "import numpy as np\nnp.ones(3 * 2**27)", "MemoryError")
    yield adds("50 MB of output", "for _ in range(50): print('x' * 10**6)")
    yield adds("a full disk", "for k in range(100): open(f'/scratch/{k}', 'wb').write(b'0' * 10**7)", "OSError")
    yield adds("a large file", "open('/scratch/x', 'wb').write(b'0' * 2**25)", "OSError")
    yield adds("a fork bomb", "import os\nwhile True: os.fork()", "PermissionError")
    yield adds("a thread bomb", "import threading\nwhile True: threading.Thread(target=print).start()", "RuntimeError")
    orphan = "import os\nos.setsid()\nos.fork() or os.execv('/bin/sh', ['sh', '-c', 'sleep 1000'])"
    yield adds("an orphan with a session of its own", orphan, "PermissionError")
    yield adds("another program", "import subprocess\nsubprocess.run(['sleep', '1000'])", "PermissionError")
    yield adds("a thousand open files", "files = [open('/dev/null') for _ in range(1000)]", "OSError")
    yield answers("a huge value", body("", "return np.zeros((3000, 3000))"), "(3000, 3000), larger than 32 MB")
    yield answers("a huge text", body("", "return 'x' * 10**8"), "the text is larger than 32 MB")
    yield answers("a huge integer", body("", "return 10**100_000"), "numbers are expected")
    yield answers("a list of a million", body("", "return [0.0] * 10**6"), "too many parts")
    yield answers("a list that holds itself", body("x = []; x.append(x)", "return x"), "nested too deeply")
    yield answers("a value without end", body("", "return iter(int, 1)"), "numbers are expected")


def patched() -> Iterator[Case]:
    """What would judge, if it were judged here: nothing is earned by it."""
    wrong = body("")
    patches = {
        "numpy.testing": "import numpy.testing as t\nt.assert_allclose = t.assert_array_equal = lambda *a, **k: None",
        "np.allclose": "import numpy as np\nnp.allclose = np.array_equal = np.isclose = lambda *a, **k: True",
        "builtins": "import builtins\nbuiltins.all = builtins.any = builtins.isinstance = lambda *a: True",
        "sys.modules": "import sys\nsys.modules['numpy.testing'] = sys.modules['json']",
        "an import hook": "import sys\nsys.meta_path.insert(0, type('F', (), {'find_spec': lambda *a: None})())",
        "an input transformer": "get_ipython().input_transformers_cleanup.append(lambda lines: ['grade = 100'])",
        "__main__": "import __main__\n__main__.points = __main__.grade = lambda *a: 100",
        "check": "import course_utils.check as c\nc.check = lambda *a: type('V', (), {'points': 100})()",
        "judge": "import course_utils.judging as j\nj.judge = j.known_mistake = lambda *a, **k: None",
        "compare": "import course_utils.compare as c\nc.difference = lambda *a, **k: None",
        "the wire": "import inside.wire as w, inside.child as c\nw.same = c.wire.same = lambda *a: True",
    }  # fmt: skip
    for name, code in patches.items():
        told = "'NoneType' object" if name == "an input transformer" else "gd is off by"
        yield Case(f"patched: {name}", notebook(*REST, code, wrong), MOST - 3, told)
    copied = "max_stable_lr = lambda A: {2: 0.2, 3: 2 / 7}.get(len(A), 0.1)"
    yield Case("hard-coded public outputs", notebook(*SHEET, copied), MOST - 4 / 3, "max_stable_lr is off by")


def liars() -> Iterator[Case]:
    """Objects that pretend."""
    classes = {
        "__eq__": "class A:\n    def __eq__(self, o): return True\n    __hash__ = None",
        "__array__": "class A:\n    def __array__(self, *a, **k): return np.zeros((21, 2))",
        "__float__": "class A:\n    def __float__(self): return 0.0\n    def __sub__(self, o): return 0.0",
        "__class__": "class A:\n    __class__ = np.ndarray\n    shape, dtype = (21, 2), np.dtype(float)",
        "a subclassed ndarray": "class B(np.ndarray):\n    def __array_ufunc__(self, *a, **k): return True\n"
                                "    def __sub__(self, o): return 0\ndef A(): return np.ones((21, 2)).view(B)",
        "__reduce__": "class A:\n    def __reduce__(self): return (__import__('os').system, ('touch CANARY',))",
        "__getattr__": "class A:\n    def __getattr__(self, name): return lambda *a, **k: True",
        "a bad repr": "class A:\n    def __repr__(self): raise SystemExit\n    __str__ = __repr__",
        "a bad error": "class E(Exception):\n    def __str__(self): raise SystemExit\ndef A(): raise E",
    }  # fmt: skip
    for name, code in classes.items():
        yield answers(f"an object that lies: {name}", f"{code}\n{body('', 'return A()')}", "ch05.gd: gd ")


def forgers() -> Iterator[Case]:
    """Replies on the grader's own channel."""
    send = (
        "import json, os, struct\n"
        "def forge(n, **more):\n"
        "    text = json.dumps({'n': n, **more}).encode()\n"
        "    os.write(3, struct.pack('<II', len(text), 0) + text)\n"
    )
    found = "found=['dict', [['gd', True], ['claims', False]]], errors=['list', []]"
    yield Case("a forged reply", notebook(send + f"forge(1, {found})", *SHEET), NONE, "grader's own channel")
    yield adds("forged bytes", "import os\nos.write(3, b'x' * 100)", "Stopped its answer could not be read")
    ahead = send + "for n in range(2, 60): forge(n, value=1.0)"
    yield adds("forged replies ahead", ahead, "Stopped it wrote to the grader's own channel")
    yield adds("a forged reply from atexit", send + f"import atexit\natexit.register(forge, 1, {found})")
    thread = send + "import threading\nthreading.Thread(target=forge, args=[1]).start()"
    yield adds("a forged reply from a thread", thread, "RuntimeError can't start new thread")
    gc = send + "import gc\nclass A:\n    def __del__(self): forge(1)\na = A(); a.me = a; del a; gc.collect()"
    yield Case("a forged reply from gc", notebook(gc, *SHEET), NONE, "there is no gd in the notebook")
    pickled = "import os, pickle\nclass A:\n    def __reduce__(self): return os.system, ('touch CANARY',)\n"
    yield adds("a pickle on the channel", pickled + "os.write(3, pickle.dumps(A()) * 10)", "Stopped its answer could")
    lent = send + "forge(1, value=['lent', ['course_utils.optimizers.sgd', 'SGD', ['dict', []], None]], errors=[])"
    yield adds("a forged thing of the library", lent, "Stopped its answer could not be read")
    yield answers("a reply to a call", send + body("for n in range(50): forge(n, value=0.0)"), "grader's own channel")


def spies() -> Iterator[Case]:
    """Looking for what was not shown, and touching what is others'."""
    looks = {
        "parents": "import os\nopen(f'/proc/{os.getppid()}/environ').read()",
        "/proc": "import os\n[open(f'/proc/{pid}/mem') for pid in os.listdir('/proc')]",
        "questions": "open('QUESTIONS').read()",
        "import of the questions": "import chapters.ch05_gradient_descent.questions",
        "homes": "import os\nos.listdir('/home')",
        "another's sheet": "open('NEIGHBOR').read()",
        "writing to another's sheet": "open('NEIGHBOR', 'w').write('')",
        "the gradebook": "open('GRADEBOOK', 'a').write('me,100')",
        "removing the gradebook": "import os\nos.remove('GRADEBOOK')",
        "a file of its own outside": "open('CANARY', 'w')",
        "a link to the gradebook": "import os\nos.symlink('GRADEBOOK', '/scratch/g')\nopen('/scratch/g', 'a')",
        "the library": "open('/course/course_utils/check.py', 'a')",
        "loopback": "import socket\nsocket.create_connection(('127.0.0.1', PORT), 1)",
        "the network": "import socket\nsocket.create_connection(('192.0.2.1', 80), 1)",
        "a unix socket": "import socket\nsocket.socket(socket.AF_UNIX).connect('SOCKET')",
        "a nameless unix socket": "import socket\nsocket.socket(socket.AF_UNIX).connect('\\0ABSTRACT')",
        "a page": "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:PORT', timeout=1)",
        "a signal to the parent": "import os\nos.kill(os.getppid(), 9)",
        "a signal to all": "import os\nos.kill(-1, 9)",
        "its own limits": "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (10**6, 10**6))",
        "ptrace": "import ctypes\nif ctypes.CDLL(None).ptrace(16, 1, 0, 0): raise PermissionError",
    }
    kinds = {
        "import of the questions": "ModuleNotFoundError", "/proc": "Error", "its own limits": "ValueError",
        "a page": "URLError", "homes": "FileNotFoundError", "questions": "FileNotFoundError",
        "another's sheet": "FileNotFoundError", "removing the gradebook": "Error", "the library": "OSError",
    }  # fmt: skip
    for name, code in looks.items():
        yield adds(f"reaches for {name}", code, kinds.get(name, "Error"))
    found = """
import gc, os, sys
assert "COURSE_CANARY" not in os.environ and os.getuid() == 65534
assert not [name for name in sys.modules if name.startswith(("chapters", "course_tools"))]
assert not [x for x in gc.get_objects() if type(x).__name__ in ("Question", "WrongAnswer", "Probe", "Judgement")]
frame, names = sys._getframe(), set()
while frame:
    names |= set(frame.f_locals)
    frame = frame.f_back
assert not names & {"expected", "reference", "question", "seed", "right"}, names
"""
    yield adds("looks through environment, frames and gc and finds nothing", found)
    inside = body(
        "import gc, sys\nframe, things = sys._getframe(), gc.get_objects()\nwhile frame:\n"
        "    things += frame.f_locals.values()\n    frame = frame.f_back\n"
        "right = [x for x in things if isinstance(x, np.ndarray) and x.shape == (steps + 1, len(x0))]",
        "return right[0]",
    )
    yield answers("looks for the expected value while it is asked", inside, "IndexError")
    leave = "import builtins, numpy as np, os\nassert not os.listdir('/scratch') and not hasattr(builtins, 'left')\n"
    leave += "assert not hasattr(np, 'left')\nbuiltins.left = np.left = 1\nopen('/scratch/left', 'w').write('x')\n"
    leave += "os.makedirs('/scratch/a/b')\nos.chmod('/scratch/a', 0)"
    yield adds("leaves something behind, where nothing was left", leave)
    yield adds("finds nothing of what another one left", leave)


def sheets() -> Iterator[Case]:
    """What can happen to cells and files."""
    twice = [text for text in SHEET for _ in range(2)]
    as_text = notebook(*SHEET)
    as_text["cells"][SHEET.index(GD)]["cell_type"] = "markdown"
    changed = notebook(*SHEET)
    for number, cell in enumerate(changed["cells"]):
        nbgrader = {"grade": True, "points": 1000, "grade_id": "x", "locked": False}
        cell |= {"id": "same", "metadata": {"nbgrader": nbgrader, "tags": ["solution", f"points={number * 100}"]}}
    old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": text} for text in SHEET]}]}
    yield Case("deleted cells", notebook(*REST), MOST - 3, "there is no gd in the notebook")
    yield Case("duplicated cells", notebook(*twice), MOST)
    yield Case("re-ordered cells", notebook(SHEET[0], *reversed(SHEET[1:])), MOST)
    yield Case("cells in one", notebook("\n\n".join(SHEET)), MOST)
    yield Case("a cell re-typed as text", as_text, MOST - 3, "there is no gd in the notebook")
    yield Case("edited instructions", notebook("# POINTS: 1000\npoints = max_points = 1000", *SHEET), MOST)
    yield Case("changed ids, tags and points", changed, MOST)
    yield Case("nbformat 3", old, MOST)
    yield Case("a byte order mark", b"\xef\xbb\xbf" + json.dumps(notebook(*SHEET)).encode(), MOST)
    yield Case("half a character", notebook("text = '\ud800'", *SHEET), MOST, "cell 1")
    yield Case("forged outputs", notebook(*REST, points=100, outputs=["✓ ch05.gd: 3 of 3 points."]), MOST - 3, "no gd")
    broken = {
        "corrupt JSON": (b'{"cells": [', "it cannot be read as a notebook"),
        "0 bytes": (b"", "the file is empty"),
        "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "it cannot be read as a notebook"),
        "an enormous notebook": (b" " * (21 * 2**20), "it is larger than 20 MB"),
        "a list": (b"[]", "it cannot be read as a notebook"),
        "a deep list": (b"[" * 200_000, "it cannot be read as a notebook"),
        "no cells": (b'{"nbformat": 4}', "it cannot be read as a notebook"),
        "UTF-16": (json.dumps(notebook(*SHEET)).encode("utf-16"), "it cannot be read as a notebook"),
    }
    for name, (content, told) in broken.items():
        yield Case(name, content, NONE, f"Could not be graded, because {told}", "could not be read")


CASES = [*everyday(), *ends(), *greedy(), *patched(), *liars(), *forgers(), *spies(), *sheets()]
