"""Runs the usual commands of imaplib against host:port, trusting a certificate."""
import imaplib
import ssl
import sys

host, port = sys.argv[1].rsplit(":", 1)
context = ssl.create_default_context(cafile=sys.argv[2])


def ok(result):
    typ, data = result
    assert typ == "OK", (typ, data)
    return data


c = imaplib.IMAP4_SSL("localhost" if host == "127.0.0.1" else host, int(port), ssl_context=context)
assert "IMAP4REV1" in c.capabilities, c.capabilities
ok(c.login("user", "password"))
assert any(b"INBOX" in line for line in ok(c.list()))
ok(c.create("Archive"))
for n in ("one", "two", "three"):
    text = "Subject: %s\r\nFrom: a@example.org\r\n\r\nbody of %s\r\n" % (n, n)
    ok(c.append("INBOX", r"(\Flagged)" if n == "two" else None, None, text.encode()))
assert ok(c.select("INBOX")) == [b"3"]
assert ok(c.search(None, "SUBJECT", '"two"')) == [b"2"]
assert ok(c.uid("search", None, "ALL")) == [b"1 2 3"]
data = ok(c.fetch("2", "(FLAGS BODY[TEXT])"))
assert data[0][1] == b"body of two\r\n", data
data = ok(c.uid("fetch", "1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])"))
assert len(data) == 6, data
assert b"Archive" in ok(c.status("Archive", "(MESSAGES UIDNEXT)"))[0]
ok(c.store("1", "+FLAGS", r"(\Deleted)"))
ok(c.copy("2", "Archive"))
ok(c.uid("store", "2", "+FLAGS", r"(\Deleted $Seen)"))
assert ok(c.expunge()) == [b"1", b"1"]
assert ok(c.search(None, "ALL")) == [b"1"]
ok(c.close())
ok(c.select("Archive"))
ok(c.uid("MOVE", "1", "INBOX"))
ok(c.select("INBOX"))
ok(c.uid("MOVE", "4", "Archive"))
ok(c.unsubscribe("Archive"))
ok(c.noop())
assert c.logout()[0] == "BYE"
