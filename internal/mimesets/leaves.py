"""Prints what Python's email package makes of messages: for each file named on standard
input one line of JSON, a list of leaves."""
import email
import email.header
import hashlib
import json
import sys


def name_of(part):
    name = part.get_filename()
    if not name:
        return ""
    try:
        pieces = email.header.decode_header(name)
        return str(email.header.make_header(pieces))
    except Exception:
        return name


def text_of(part, data):
    try:
        text = data.decode(part.get_content_charset() or "ascii")
        return text.replace("\r\n", "\n").removeprefix("\ufeff")
    except Exception:
        return None  # unknown, or not in that charset


def leaves(part):
    kind = part.get_content_maintype()
    if kind == "multipart" and part.is_multipart():
        for sub in part.get_payload():
            yield from leaves(sub)
        return
    out = {"type": part.get_content_type(), "name": name_of(part)}
    if kind != "message" and not part.is_multipart():
        data = part.get_payload(decode=True) or b""
        out["sum"] = hashlib.sha256(data).hexdigest()
        out["size"] = len(data)
        if kind == "text":
            text = text_of(part, data)
            if text is not None:
                out["text"] = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    yield out


for line in sys.stdin:
    with open(line.rstrip("\n"), "rb") as f:
        raw = f.read()
    raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    try:
        result = list(leaves(email.message_from_bytes(raw)))
    except Exception as e:
        result = [{"error": repr(e)}]
    print(json.dumps(result), flush=True)
