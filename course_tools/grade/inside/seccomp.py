"""A filter in the kernel: calls that a solution to an exercise never needs fail with "operation not permitted".

No new process and no thread, so nothing can outlive or multiply; no socket; no signal but to itself; no look into
other processes; no shared memory, queues or keys that would stay behind. The list is of calls refused; what is left
is harmless in a jail without network, without writable files but a small scratch folder, and without rights.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct

REFUSED = {  # name: (x86_64, aarch64); None where the architecture has no such call
    "socket": (41, 198), "connect": (42, 203), "accept": (43, 202), "sendto": (44, 206), "bind": (49, 200),
    "listen": (50, 201), "socketpair": (53, 199), "accept4": (288, 242), "sendmsg": (46, 211), "sendmmsg": (307, 269),
    "clone": (56, 220), "fork": (57, None), "vfork": (58, None), "execve": (59, 221), "clone3": (435, 435),
    "execveat": (322, 281), "setpgid": (109, 154), "setsid": (112, 157), "ptrace": (101, 117),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "process_madvise": (440, 440), "kcmp": (312, 272),
    "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424), "pidfd_getfd": (438, 438),
    "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "shmget": (29, 194), "shmat": (30, 196), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "mount": (165, 40), "umount2": (166, 39), "chroot": (161, 51), "pivot_root": (155, 41), "unshare": (272, 97),
    "setns": (308, 268), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsmount": (432, 432), "mount_setattr": (442, 442), "bpf": (321, 280), "perf_event_open": (298, 241),
    "userfaultfd": (323, 282), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "memfd_create": (319, 279), "memfd_secret": (447, 447),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "fanotify_init": (300, 262),
    "inotify_init": (253, None), "inotify_init1": (294, 26), "personality": (135, 92), "quotactl": (179, 60),
    "reboot": (169, 142), "swapon": (167, 224), "init_module": (175, 105), "finit_module": (313, 273),
    "kexec_load": (246, 104), "syslog": (103, 116), "acct": (163, 89), "settimeofday": (164, 170),
    "sethostname": (170, 161), "sched_setaffinity": (203, 122), "setpriority": (141, 140),
    "ioprio_set": (251, 30), "migrate_pages": (256, 238), "move_pages": (279, 239), "mbind": (237, 235),
}  # fmt: skip
TO_ITSELF = {"kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131)}
MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""What the kernel calls the architecture, and the column above."""

LOAD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, KILL, NOT_PERMITTED = 0x7FFF0000, 0x80000000, 0x00050000 | 1
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
FOREIGN_ABI = 0x40000000
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER_MODE = 38, 22, 2


def program(machine: str, pid: int) -> bytes:
    """The filter, as instructions of 8 bytes."""
    name, column = MACHINES[machine]
    code = [
        (LOAD, 0, 0, ARCHITECTURE), (JUMP_IF_EQUAL, 1, 0, name), (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER), (JUMP_IF_AT_LEAST, 0, 1, FOREIGN_ABI), (RETURN, 0, 0, KILL),
    ]  # fmt: skip
    for numbers in REFUSED.values():
        if (number := numbers[column]) is not None:
            code += [(JUMP_IF_EQUAL, 0, 1, number), (RETURN, 0, 0, NOT_PERMITTED)]
    for numbers in TO_ITSELF.values():
        code += [
            (JUMP_IF_EQUAL, 0, 4, numbers[column]), (LOAD, 0, 0, FIRST_ARGUMENT),
            (JUMP_IF_EQUAL, 1, 0, pid), (RETURN, 0, 0, NOT_PERMITTED), (RETURN, 0, 0, ALLOW),
        ]  # fmt: skip
    return b"".join(struct.pack("<HBBI", *line) for line in [*code, (RETURN, 0, 0, ALLOW)])


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


class Filter:
    """The filter for this machine, made ready before the fork: what a child does for the first time costs it most.

    Raises ``OSError`` where no filter is known for the machine.
    """

    def __init__(self) -> None:
        machine = platform.machine()
        if machine not in MACHINES:
            known = " or ".join(MACHINES)
            raise OSError(f"no filter is known for {machine}: the jail would have a gap. Grade on {known}.")
        code, other = program(machine, 1), program(machine, 2)
        self.places = [k for k in range(0, len(code), 4) if code[k : k + 4] != other[k : k + 4]]
        """Where the process's own number stands in the code."""
        self.code = ctypes.create_string_buffer(code, len(code))
        self.prctl = ctypes.CDLL(None, use_errno=True).prctl

    def install(self) -> None:
        """Put the filter on this process, for good. Raises ``OSError`` where the kernel does not take it."""
        self.code_for(os.getpid())
        whole = _Program(len(self.code) // 8, ctypes.addressof(self.code))
        self._call(PR_SET_NO_NEW_PRIVS, 1, 0)
        self._call(PR_SET_SECCOMP, FILTER_MODE, ctypes.byref(whole))

    def code_for(self, pid: int) -> bytes:
        """The filter for the process of this number."""
        for place in self.places:
            struct.pack_into("<I", self.code, place, pid)
        return self.code.raw

    def _call(self, option: int, *arguments: object) -> None:
        if self.prctl(option, *arguments, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "the kernel refused the filter")
