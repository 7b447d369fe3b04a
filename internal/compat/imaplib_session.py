"""The steps of steps_test.go with imaplib. Takes the scenario as JSON on stdin."""
import base64
import email
import email.header
import email.policy
import email.utils
import hashlib
import imaplib
import json
import re
import ssl
import sys
import time
from datetime import datetime, timezone

given = json.load(sys.stdin)
host, port = given["addr"].rsplit(":", 1)
c = imaplib.IMAP4_SSL(host, int(port), ssl_context=ssl.create_default_context(cafile=given["ca"]))


def say(line):
    print(json.dumps(line), flush=True)


def ok(result):
    typ, data = result
    assert typ == "OK", (typ, data)
    return data


def to_wire(name):
    """A mailbox name as a quoted string in modified UTF-7 (RFC 3501 §5.1.3)."""
    def shift(m):
        return "&%s-" % base64.b64encode(m[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
    name = re.sub("[^ -~]+", shift, name.replace("&", "&-"))
    return '"%s"' % re.sub(r'(["\\])', r"\\\1", name)


def from_wire(name):
    def unshift(m):
        text = m[1].replace(",", "/")
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-16-be") if text else "&"
    if name.startswith('"'):
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return re.sub("&([^-]*)-", unshift, name)


def flag_set(text):
    ignored = (r"\recent", r"\marked", r"\unmarked")
    return " ".join(sorted(f for f in text.split() if f.lower() not in ignored))


def flags_in(line):
    return flag_set(re.search(r"FLAGS \(([^)]*)\)", line)[1])


def digest(data):
    return hashlib.sha256(data).hexdigest()[:12]


def decoded(text):
    return str(email.header.make_header(email.header.decode_header(text)))


def login():
    ok(c.login(given["user"], given["password"]))
    have = ok(c.capability())[0].decode().upper().split()  # imaplib keeps those from before the login
    return [name for name in given["capabilities"] if name in have]


def create():
    for name in given["mailboxes"]:
        ok(c.create(to_wire(name)))
    return []


def list_():
    saw = []
    for line in ok(c.list()):
        attrs, delim, name = re.fullmatch(r'\(([^)]*)\) "(.)" (.*)', line.decode()).groups()
        saw.append(("%s %s %s" % (delim, from_wire(name), flag_set(attrs))).strip())
    return sorted(saw)


def append():
    saw = []
    for m in given["messages"]:
        date = datetime.fromisoformat(m["date"].replace("Z", "+00:00"))
        flags = "(%s)" % " ".join(m["flags"]) if m["flags"] else None
        data = ok(c.append("INBOX", flags, imaplib.Time2Internaldate(date), m["text"].encode()))
        saw.append("UID " + re.search(rb"\[APPENDUID \d+ (\d+)\]", data[0])[1].decode())
    return saw


def select():
    exists = ok(c.select("INBOX"))[0].decode()
    return [exists + " messages", "UIDNEXT " + c.response("UIDNEXT")[1][0].decode()]


def search():
    saw = []
    for name, keys in (("unseen", ("UNSEEN",)), ("keyword", ("KEYWORD", "$Work")),
                       ("subject", ("CHARSET", "UTF-8", "SUBJECT")), ("since", ("SINCE", "4-Mar-2026")),
                       ("larger", ("LARGER", "300")), ("nothing", ("SUBJECT", "nothing"))):
        if name == "subject":
            c.literal = "grüße".encode()  # goes behind the command
        uids = ok(c.uid("SEARCH", *keys))[0]
        saw.append("%s: %s" % (name, uids.decode() if uids else ""))
    return saw


def fetch():
    """Envelope and structure are imaplib's user's own work: from the text."""
    data = ok(c.uid("FETCH", "1:*", "(FLAGS RFC822.SIZE INTERNALDATE BODY.PEEK[] BODY.PEEK[1])"))
    rows, literals, line = [], {}, ""
    for piece in data:  # (b"… BODY[] {12}", text), (b" BODY[1] {3}", text), b")"
        head = (piece[0] if isinstance(piece, tuple) else piece).decode()
        line += head
        if isinstance(piece, tuple):
            literals[re.search(r"BODY\[(1?)\] \{\d+\}$", head)[1]] = piece[1]
        elif head.endswith(")"):
            rows.append(row(line, literals.get("", b""), literals.get("1", b"")))
            literals, line = {}, ""
    return rows


def row(line, text, first):
    m = email.message_from_bytes(text, policy=email.policy.compat32)
    date = imaplib.Internaldate2tuple(line.encode())
    received = datetime.fromtimestamp(time.mktime(date), timezone.utc)
    name, addr = email.utils.parseaddr(m["From"])
    return " | ".join((
        "UID " + re.search(r"UID (\d+)", line)[1], flags_in(line), re.search(r"RFC822.SIZE (\d+)", line)[1],
        received.strftime("%Y-%m-%dT%H:%M:%SZ"), decoded(re.sub("\r\n(?=[ \t])", "", m["Subject"])),
        "%s <%s>" % (decoded(name), addr) if name else addr,
        " ".join(part.get_content_type() for part in m.walk()), digest(text), digest(first)))


def store():
    saw = []
    for uid, op, flag in (("1", "+FLAGS", r"(\Flagged)"), ("2", "-FLAGS", "($Work)"), ("3", "FLAGS", r"(\Answered)")):
        for line in ok(c.uid("STORE", uid, op, flag)):
            saw.append("UID %s %s" % (re.search(r"UID (\d+)", line.decode())[1], flags_in(line.decode())))
    return saw


def move():
    """imaplib's users do without MOVE by hand."""
    if "MOVE" in ok(c.capability())[0].decode().split():
        ok(c.uid("MOVE", "2", to_wire("Grüße")))
        code = c.response("COPYUID")[1][0].decode()
    else:
        ok(c.uid("COPY", "2", to_wire("Grüße")))
        code = c.response("COPYUID")[1][0].decode()
        ok(c.uid("STORE", "2", "+FLAGS.SILENT", r"(\Deleted)"))
        ok(c.uid("EXPUNGE", "2"))
    c.response("EXPUNGE")
    return ["%s -> %s" % tuple(code.split()[1:])]


def expunge():
    ok(c.uid("STORE", "1,3", "+FLAGS.SILENT", r"(\Deleted)"))
    ok(c.uid("EXPUNGE", "3"))
    return [n.decode() + " EXPUNGE" for n in c.response("EXPUNGE")[1]]


def idle():
    """imaplib has no IDLE before Python 3.14."""
    c.send(b"i1 IDLE\r\n")
    while not c.readline().startswith(b"+"):
        pass
    say({"other": "append"})
    saw, line = [], ""
    while not line.endswith(" EXPUNGE"):
        line = c.readline().decode().strip()
        if line.endswith(" EXISTS"):
            saw.append(line[2:])
            say({"other": "flag"})
        elif " FETCH " in line:
            saw.append("%s FETCH %s" % (line.split()[1], flags_in(line)))
            say({"other": "expunge"})
    c.send(b"DONE\r\n")
    while not (answer := c.readline()).startswith(b"i1 "):
        pass
    assert answer.startswith(b"i1 OK"), answer
    return saw + [line[2:]]


def left():
    return [ok(c.uid("SEARCH", "ALL"))[0].decode()]


def logout():
    assert c.logout()[0] == "BYE"
    return []


for name, step in (("login", login), ("create", create), ("list", list_), ("append", append), ("select", select),
                   ("search", search), ("fetch", fetch), ("store", store), ("move", move), ("expunge", expunge),
                   ("idle", idle), ("left", left), ("logout", logout)):
    say({"step": name, "saw": step()})
