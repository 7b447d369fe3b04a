"""Runs one workload with Python's imaplib: reads a job as JSON from the
command line, writes an outcome as JSON to standard output."""

import imaplib
import json
import re
import resource
import ssl
import sys
import time

FLAGS = re.compile(rb"^(\d+) \(UID (\d+) FLAGS \(([^)]*)\)")
LIST = re.compile(rb'^\(([^)]*)\) "/" "?(.*?)"?$')
MASK = (1 << 64) - 1


class Unsupported(Exception):
    pass


def weigh(b):
    prime = 0x9E3779B97F4A7C15
    h = len(b) * prime & MASK
    while len(b) >= 8:
        h = (h ^ int.from_bytes(b[:8], "little")) * prime & MASK
        b = b[8:]
    return (h ^ int.from_bytes(b, "big")) * prime & MASK


weights = {}


def weigh_flag(b):
    w = weights.get(b)
    if w is None:
        w = weights[b] = weigh(b)
    return w


class Sums(dict):
    def add(self, name, value):
        self[name] = (self.get(name, 0) + value) & MASK


def add_flags(sums, data):
    for line in data:
        m = FLAGS.match(line)
        if not m:
            continue
        sums.add("rows", 1)
        sums.add("UIDs", int(m.group(2)))
        for f in m.group(3).split():
            sums.add("flag count", 1)
            sums.add("flags", weigh_flag(f))


def run(c, spec, sums, out):
    kind = spec["Kind"]
    if spec["Pipelined"] or spec["Multi"]:
        raise Unsupported("every call waits for its answer")
    if kind == "flags":
        out["Note"] = "the whole answer in memory, a regular expression for each line"
        _, data = c.uid("FETCH", "1:*", "(FLAGS)")
        add_flags(sums, data)
    elif kind == "envelope":
        out["Note"] = "not parsed: raw lines in memory"
        out["Hidden"] = list(range(1, 30))
        _, data = c.uid("FETCH", "1:*", "(FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)")
        for row in data:
            head = row[0] if isinstance(row, tuple) else row
            if re.match(rb"^\d+ \(UID ", head):
                sums.add("rows", 1)
    elif kind == "bodies":
        out["Note"] = "the whole answer in memory"
        _, data = c.uid("FETCH", "1:*", "(BODY.PEEK[])")
        for row in data:
            if isinstance(row, tuple):
                sums.add("rows", 1)
                sums.add("UIDs", int(row[0].split()[2]))
                sums.add("octets", len(row[1]))
                sums.add("octet samples", sum(b * (i + 1) for i, b in enumerate(row[1][::4096])))
    elif kind == "search":
        out["Note"] = "split and int() by the caller"
        _, data = c.uid("SEARCH", "ALL")
        uids = [int(x) for x in data[0].split()]
        sums.add("rows", len(uids))
        sums.add("UIDs", sum(uids))
    elif kind == "list":
        out["Note"] = "a regular expression for each line; mailbox names are left encoded"
        out["Hidden"] = [names.index("mailbox names")]
        _, data = c.list()
        for row in data:
            if isinstance(row, tuple):
                row = re.sub(rb"\{\d+\}$", b"", row[0]) + row[1]
            if not row:
                continue
            m = LIST.match(row)
            if not m:
                m = re.match(rb'^\(([^)]*)\) "/" (.*)$', row)
            sums.add("rows", 1)
            sums.add("flag count", len(m.group(1).split()))
    elif kind == "mixed":
        for i in range(spec["N"]):
            if i % 2 == 0:
                _, data = c.uid("FETCH", str(i + 1), "(UID FLAGS)")
                add_flags(sums, data)
            else:
                _, data = c.status("Box-%d" % (i + 1), "(MESSAGES UNSEEN)")
                sums.add("rows", 1)
                sums.add("STATUS numbers", int(re.search(rb"MESSAGES (\d+)", data[0]).group(1)))
    elif kind == "append":
        text = spec["Text"].encode()
        for _ in range(spec["N"]):
            c.append("Replay", None, None, text)
            code = c.response("APPENDUID")[1][-1]
            sums.add("rows", 1)
            sums.add("UIDs", int(code.split()[1]))
    else:
        raise Unsupported("not in the API")


def cpu():
    u = resource.getrusage(resource.RUSAGE_SELF)
    return u.ru_utime + u.ru_stime


def peak():
    try:
        with open("/proc/self/status") as f:
            for line in f:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) << 10
    except OSError:
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def main():
    global names
    job = json.load(sys.stdin)
    names = job["Names"]
    spec, server = job["Spec"], job["Server"]
    out, sums = {}, Sums()
    try:
        if spec["Wire"] != "plain":
            raise Unsupported("measured without TLS only")
        imaplib._MAXLINE = 1 << 30
        host, port = server["Addr"].rsplit(":", 1)
        c = imaplib.IMAP4(host, int(port))
        c.login("user", "password")
        c.select("Replay")
        start, before = time.monotonic(), cpu()
        for _ in range(spec["Repeat"]):
            run(c, spec, sums, out)
        out["CPU"] = int((cpu() - before) * 1e9)
        out["Wall"] = int((time.monotonic() - start) * 1e9)
    except Unsupported as e:
        out["Unsupported"] = str(e)
    except Exception as e:
        out["Err"] = "%s: %s" % (type(e).__name__, e)
    out["RSS"] = peak()
    out["Sums"] = sums
    json.dump(out, sys.stdout)


main()
