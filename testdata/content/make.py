#!/usr/bin/env python3
"""Writes the messages of this folder, and what is expected of them.

Each message NAME.eml has a file NAME.want beside it, which says in words what a
person reads and can save of it. Both come from the definitions below, so that
checksums are those of what was put in, and not of what the library read:

    text 1 3            the parts that are the text, plain text preferred
    <TAB>a line         what is read of it
    html 2              the same with HTML preferred, if it differs
    reply               what is read of it without quotes, if it is not all
    attachment 2 "doc.pdf" 15 sha256   number, safe name, octets and checksum
    inline 1.2          a picture that the HTML refers to
    read-attachment 2, read-inline 2   the same after the HTML was read, if it differs
    embedded "a.txt" 3 sha256          a file within the text
    sealed pgp          why there is no text
    hidden              something was left out that a person does not see
    warning TEXT        something was wrong with the content
    fault SERVER WHY    a server that is known to send something else
"""

import base64
import hashlib
import os
import quopri

HERE = os.path.dirname(os.path.abspath(__file__))
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\nnot really\n"
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(200)) + b"\xff\xd9"
ZIP = b"PK\x05\x06" + bytes(18)
EXE = b"MZ\x90\x00"

written = []


def crlf(s):
    if isinstance(s, str):
        s = s.encode()
    return s.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def b64(content):
    return crlf(base64.encodebytes(content).rstrip(b"\n"))


def leaf(ctype, body, cte="", disposition="", cid="", more=""):
    """A part: its header, an empty line and its body as it is."""
    h = ""
    if ctype:
        h += "Content-Type: " + ctype + "\n"
    if cte:
        h += "Content-Transfer-Encoding: " + cte + "\n"
    if disposition:
        h += "Content-Disposition: " + disposition + "\n"
    if cid:
        h += "Content-ID: <" + cid + ">\n"
    h += more
    if isinstance(h, str):
        h = h.encode("utf-8", "surrogateescape")
    return crlf(h) + b"\r\n" + (crlf(body) if isinstance(body, str) else body)


def plain(s, disposition="", params="", cte="8bit"):
    return leaf("text/plain; charset=utf-8" + params, s, cte, disposition)


def html(s, disposition="", cid=""):
    return leaf("text/html; charset=utf-8", s, "8bit", disposition, cid)


def binary(ctype, content, disposition="", cid="", more=""):
    return leaf(ctype, b64(content), "base64", disposition, cid, more)


def pdf(disposition="", cid="", params=""):
    return binary("application/pdf" + params, PDF, disposition, cid)


def png(disposition="", cid="", params=""):
    return binary("image/png" + params, PNG, disposition, cid)


def jpeg(disposition="", cid="", params=""):
    return binary("image/jpeg" + params, JPEG, disposition, cid)


depth = 0


def multi(subtype, *parts, params=""):
    global depth
    depth += 1
    b = "=_%d_%d" % (depth, len(parts))
    out = crlf('Content-Type: multipart/%s; boundary="%s"%s\n\n' % (subtype, b, params))
    for p in parts:
        out += crlf("--" + b + "\n") + p + b"\r\n"
    return out + crlf("--" + b + "--\n")


def message(part, subject="test", to="bob@example.net"):
    return crlf("From: Ann Example <ann@example.org>\nTo: %s\nSubject: %s\nDate: Mon, 2 Mar 2026 10:00:00 +0000\nMessage-ID: <%s@example.org>\nMIME-Version: 1.0\n" % (to, subject, hashlib.md5(part).hexdigest()[:12])) + part + (b"" if part.endswith(b"\r\n") else b"\r\n")


def rfc822(inner, disposition="", more=""):
    return leaf("message/rfc822", inner, "", disposition, "", more)


def line_of(kind, number, name, content):
    return '%s %s"%s" %d %s\n' % (kind, number + " " if number else "", name, len(content), hashlib.sha256(content).hexdigest())


def case(name, why, part, text=("1", ""), html=None, reply=None, attachments=(), inline=(), read_attachments=None, read_inline=None, embedded=(), sealed="", hidden=False, warnings=(), faults=(), raw=False, subject="test"):
    w = "# " + why + "\n"

    def show(kind, parts, s):
        nonlocal w
        w += (kind + " " + parts).rstrip() + "\n"
        for line in s.rstrip("\n").split("\n") if s else []:
            w += "\t" + line + "\n"

    show("text", *text)
    if html is not None:
        show("html", *html)
    if reply is not None:
        show("reply", "", reply)
    for number, file, content in attachments:
        w += line_of("attachment", number, file, content)
    for number in inline:
        w += "inline " + number + "\n"
    for kind, list_ in (("read-attachment", read_attachments), ("read-inline", read_inline)):
        if list_ is not None:
            w += kind + " " + " ".join(list_) + "\n"
    for file, content in embedded:
        w += line_of("embedded", "", file, content)
    if sealed:
        w += "sealed " + sealed + "\n"
    if hidden:
        w += "hidden\n"
    for s in warnings:
        w += "warning " + s + "\n"
    for s in faults:
        w += "fault " + s + "\n"
    eml = part if raw else message(part, subject)
    open(os.path.join(HERE, name + ".eml"), "wb").write(eml)
    open(os.path.join(HERE, name + ".want"), "w").write(w)
    written.append(name)


def courier(*numbers):
    return ["courier %s sends one octet more of an attached message" % n for n in numbers]


HELLO, BONJOUR, BYE = "Hello in plain text.", "Hello in HTML.", "Goodbye."
H, B, Y = "<p>" + BONJOUR + "</p>", BONJOUR, "<p>" + BYE + "</p>"
ALT = multi("alternative", plain(HELLO), html(H))


def both(first, second):
    return first + "\n\n" + second


def structures():
    case("01-alternative", "two representations", ALT, ("1", HELLO), ("2", B))
    case("02-outlook", "Outlook: a picture of the HTML, and a file",
         multi("mixed", multi("related", multi("alternative", plain(HELLO), html(H + '<img src="cid:logo">')), png(cid="logo")), pdf('attachment; filename="doc.pdf"')),
         ("1.1.1", HELLO), ("1.1.2", B), attachments=[("2", "doc.pdf", PDF)], inline=["1.2"])
    case("03-apple-html", "Apple Mail: the file is within the HTML branch",
         multi("alternative", plain(HELLO), multi("mixed", html(H), pdf('inline; filename="a.pdf"'), html(Y))),
         ("1", HELLO), ("2.1 2.3", both(B, BYE)), attachments=[("2.2", "a.pdf", PDF)])
    case("04-apple-mixed", "the HTML branch ends in plain text",
         multi("alternative", plain(HELLO), multi("mixed", html(H), pdf('inline; filename="a.pdf"'), plain(BYE))),
         ("1", HELLO), ("2.1 2.3", both(B, BYE)), attachments=[("2.2", "a.pdf", PDF)])
    case("05-ios", "iOS: an alternative of one branch", multi("alternative", multi("mixed", html(H), html("<p>two</p>"), html(Y))), ("1.1 1.2 1.3", both(both(B, "two"), BYE)))
    case("06-apple-plain", "Apple Mail: a picture between two texts", multi("mixed", plain(HELLO), jpeg('inline; filename="IMG_1.jpg"'), plain(BYE)), ("1 3", both(HELLO, BYE)), attachments=[("2", "IMG_1.jpg", JPEG)])
    case("07-placeholder", "Apple Mail: the HTML has a placeholder instead of the picture",
         multi("related", html("<p>Hello in HTML.</p><attachment id=x></attachment>"), jpeg('inline; filename="IMG_2.jpg"', "photo")),
         ("1", B), inline=["2"], read_attachments=["2"], read_inline=[])
    case("08-cid-in-mixed", "a picture outside of the related that the HTML names",
         multi("mixed", html(H + '<img src="cid:pic%40example.org">'), png('inline; filename="pic.png"', "pic@example.org")),
         ("1", B), attachments=[("2", "pic.png", PNG)], read_attachments=[], read_inline=["2"])
    case("09-related-file", "a file in related", multi("related", html(H + '<img src="cid:p">'), pdf('inline; filename="a.pdf"', "f"), png(cid="p")), ("1", B), attachments=[("2", "a.pdf", PDF)], inline=["3"])
    case("10-related-photo", "a picture in related that nothing can refer to", multi("related", html(H), jpeg('inline; filename="photo.jpg"')), ("1", B), attachments=[("2", "photo.jpg", JPEG)])
    root = html(H + '<img src="cid:p">', cid="root")
    for n, params in (("a", '; start="<root>"'), ("b", '; start="root"'), ("c", '; type="text/html"'), ("d", '; start="<none>"')):
        case("11-start-" + n, "the HTML comes after its picture, " + params.strip("; "), multi("related", png(cid="p"), root, params=params), ("2", B), inline=["1"])
    case("12-related-type", "an HTML file is attached to a related of the type text/html",
         multi("related", multi("alternative", plain(HELLO), html(H)), html("<p>a report</p>", 'attachment; filename="report.html"'), params='; type="text/html"'),
         ("1.1", HELLO), ("1.2", B), attachments=[("2", "report.html", b"<p>a report</p>")])
    case("13-mms", "a message of a telephone",
         multi("related", leaf("application/smil; name=smil.xml", "<smil/>", "7bit", cid="s"), plain(HELLO, params='; name="text_0.txt"'), jpeg("", "j", '; name="a.jpg"'), params='; start="<s>"'),
         ("2", HELLO), attachments=[("3", "a.jpg", JPEG)])
    case("14-list", "a mailing list adds a header and a footer", multi("mixed", plain("Header."), ALT, plain("Footer.")), ("1 2.1 3", "Header.\n\n" + HELLO + "\n\nFooter."), ("1 2.2 3", "Header.\n\n" + B + "\n\nFooter."))
    case("15-jmap", "the example of RFC 8621, section 4.1.4",
         multi("mixed", plain("A"), multi("mixed", multi("alternative", multi("mixed", plain("BBBBBBBBB"), jpeg("inline"), plain("DDDDDDDDD")), multi("related", html('<p>E<img src="cid:f"></p>'), jpeg("", "f"))),
               jpeg("attachment"), binary("application/x-excel", ZIP), rfc822(message(plain("inner"), "J"))), plain("K")),
         ("1 2.1.1.1 2.1.1.3 3", "A\n\nBBBBBBBBB\n\nDDDDDDDDD\n\nK"), ("1 2.1.2.1 3", "A\n\nE\n\nK"),
         attachments=[("2.1.1.2", "part-2.1.1.2.jpg", JPEG), ("2.2", "part-2.2.jpg", JPEG), ("2.3", "part-2.3.bin", ZIP), ("2.4", "J.eml", message(plain("inner"), "J"))], inline=["2.1.2.2"], faults=courier("2.4"))
    inner = message(multi("mixed", plain("Not the text."), binary("application/zip", ZIP, 'attachment; filename="inner.zip"')), "Re: the forward")
    case("16-forward", "a message is attached", multi("mixed", html(H), rfc822(inner)), ("1", B), attachments=[("2", "Re_ the forward.eml", inner)], faults=["gluon sends the parts of an attached message in its place"])
    inner = message(plain("Not the text."), "item")
    case("16-forward-related", "a message in a related", multi("related", html(H), rfc822(inner)), ("1", B), attachments=[("2", "item.eml", inner)], faults=courier("2"))
    case("17-forward-first", "the attached message comes first", multi("mixed", rfc822(inner), plain(HELLO)), ("2", HELLO), attachments=[("1", "item.eml", inner)], faults=courier("1"))
    case("17-forward-alone", "nothing but an attached message", multi("mixed", rfc822(inner)), ("", ""), attachments=[("1", "item.eml", inner)], faults=courier("1"))
    case("18-forward-base64", "an attached message in base64, which RFC 2046 forbids",
         multi("mixed", plain(HELLO), leaf("message/rfc822", b64(inner), "base64", 'attachment; filename="item.eml"')), ("1", HELLO), attachments=[("2", "item.eml", inner)])
    inners = [message(plain("text %d" % i), "digest %d" % i) for i in (1, 2, 3)]
    case("19-digest", "a digest, whose parts have no type", multi("mixed", plain(HELLO), multi("digest", *[b"\r\n" + m for m in inners])), ("1", HELLO),
         attachments=[("2.%d" % (i + 1), "digest %d.eml" % (i + 1), m) for i, m in enumerate(inners)],
         faults=["mox,gomem,maddy,gluon 2.%d sends TEXT/PLAIN for the parts of a digest" % i for i in (1, 2, 3)] + courier("2.1", "2.2", "2.3"))
    status = leaf("message/delivery-status", "Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; bob@example.net\nAction: failed\nStatus: 5.1.1\n", "7bit")
    case("20-bounce", "a bounce", multi("report", plain("It failed."), status, rfc822(inner), params="; report-type=delivery-status"), ("1", "It failed."), attachments=[("3", "item.eml", inner)], faults=courier("3"))
    case("20-bounce-headers", "a bounce with the header only", multi("report", plain("It failed."), status, leaf("text/rfc822-headers", "Subject: item\n", "7bit"), params="; report-type=delivery-status"), ("1", "It failed."))
    case("20-bounce-alone", "a bounce without a text", multi("report", status, params="; report-type=delivery-status"),
         ("1", "Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; bob@example.net\nAction: failed\nStatus: 5.1.1"))
    sig = binary("application/pkcs7-signature; name=smime.p7s", b"0\x80\x06\x09", 'attachment; filename="smime.p7s"')
    signed = '; protocol="application/pkcs7-signature"; micalg=sha-256'
    case("21-signed", "signed, with a file", multi("signed", multi("mixed", ALT, pdf('attachment; filename="a.pdf"')), sig, params=signed), ("1.1.1", HELLO), ("1.1.2", B), attachments=[("1.2", "a.pdf", PDF)])
    case("21-signed-list", "a mailing list adds its footer to a signed message", multi("signed", plain(HELLO), sig, plain("Footer."), params=signed), ("1 3", both(HELLO, "Footer.")))
    case("21-signature-file", "a signature is the file", multi("mixed", plain(HELLO), binary("application/pkcs7-signature", b"0\x80\x06", 'attachment; filename="contract.p7s"')), ("1", HELLO), attachments=[("2", "contract.p7s", b"0\x80\x06")])
    secret = b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n"
    version = leaf("application/pgp-encrypted", "Version: 1\n", "7bit")
    octets = leaf('application/octet-stream; name="encrypted.asc"', secret, "7bit", 'inline; filename="encrypted.asc"')
    case("22-pgp", "encrypted by PGP/MIME", multi("encrypted", version, octets, params='; protocol="application/pgp-encrypted"'), ("", ""), attachments=[("2", "encrypted.asc", secret)], sealed="pgp")
    case("22-pgp-exchange", "the same after Exchange", multi("mixed", plain(""), version, octets), ("1", ""), attachments=[("3", "encrypted.asc", secret)], sealed="pgp")
    case("23-smime", "encrypted by S/MIME", binary('application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"', b"0\x80\x06\x09*", 'attachment; filename="smime.p7m"'), ("", ""), attachments=[("1", "smime.p7m", b"0\x80\x06\x09*")], sealed="smime")
    case("23-smime-signed", "opaquely signed by S/MIME", binary("application/x-pkcs7-mime; smime-type=signed-data", b"0\x80\x06\x09"), ("", ""), attachments=[("1", "smime.p7m", b"0\x80\x06\x09")], sealed="smime")
    armour = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello in \nplain text.\n-----BEGIN PGP SIGNATURE-----\n\niQEz \nabc=\n-----END PGP SIGNATURE-----"
    case("24-pgp-inline", "signed within the text, in format=flowed", plain(armour, params="; format=flowed"), ("1", armour))
    case("24-pgp-inline-encrypted", "encrypted within the text", plain(secret.decode()), ("1", secret.decode().replace("\r", "")))
    ics = "BEGIN:VCALENDAR\nEND:VCALENDAR\n"
    invite = leaf("text/calendar; method=REQUEST; charset=utf-8", ics, "7bit")
    case("25-invitation", "an invitation", multi("alternative", plain(HELLO), html(H), invite), ("1", HELLO), ("2", B), attachments=[("3", "invite.ics", crlf(ics))])
    case("25-invitation-twice", "an invitation, as Google sends it", multi("mixed", multi("alternative", plain(HELLO), html(H), invite), leaf('application/ics; name="invite.ics"', ics, "7bit", 'attachment; filename="invite.ics"')),
         ("1.1", HELLO), ("1.2", B), attachments=[("2", "invite.ics", crlf(ics))])
    case("25-invitation-alone", "an invitation alone", invite, ("", ""), attachments=[("1", "invite.ics", crlf(ics))])
    case("26-empty-plain", "the plain text is empty", multi("alternative", plain("\n"), html(H)), ("2", B))
    case("26-nbsp", "the plain text is nothing but a blank, in base64", multi("alternative", leaf("text/plain; charset=utf-8", b64("\u00a0".encode()), "base64"), html(H)), ("2", B))
    case("27-order", "the order of the alternatives is the sender's mistake", multi("alternative", html(H), plain(HELLO)), ("2", HELLO), ("1", B))
    case("27-two-plain", "two plain texts", multi("alternative", plain(HELLO), plain(BYE), html(H)), ("1 2", both(HELLO, BYE)), ("3", B))
    case("28-file-in-alternative", "a file among the alternatives", multi("alternative", plain(HELLO), html(H), pdf('attachment; filename="a.pdf"')), ("1", HELLO), ("2", B), attachments=[("3", "a.pdf", PDF)])
    case("28-amp", "AMP", multi("alternative", plain(HELLO), leaf("text/x-amp-html; charset=utf-8", "<html amp4email></html>", "7bit"), html(H)), ("1", HELLO), ("3", B))
    case("29-no-alternative", "HTML after plain text, without alternative", multi("mixed", plain(HELLO), html(Y)), ("1 2", both(HELLO, BYE)))
    case("30-nameless", "files without a name", multi("mixed", plain(HELLO), binary("application/msword", b"\xd0\xcf\x11"), png(), leaf("text/csv", "a;b\n", "7bit")), ("1", HELLO),
         attachments=[("2", "part-2.doc", b"\xd0\xcf\x11"), ("3", "part-3.png", PNG), ("4", "part-4.csv", b"a;b\r\n")])
    log = plain("a log file", 'inline; filename="log.txt"')
    case("31-log", "a log file, sent inline", multi("mixed", plain(HELLO), log), ("1", HELLO), attachments=[("2", "log.txt", b"a log file")])
    case("31-log-first", "a log file before the text", multi("mixed", log, plain(HELLO)), ("2", HELLO), attachments=[("1", "log.txt", b"a log file")])
    case("31-body-txt", "the text has a name", multi("mixed", plain(HELLO, 'inline; filename="body.txt"'), pdf('attachment; filename="a.pdf"')), ("1", HELLO), attachments=[("2", "a.pdf", PDF)])
    case("32-pdf", "a file as the message", pdf('inline; filename="scan.pdf"'), ("", ""), attachments=[("1", "scan.pdf", PDF)])
    case("32-jpeg", "a picture as the message", jpeg(), ("", ""), attachments=[("1", "part-1.jpg", JPEG)])
    case("32-text", "a text file as the message", plain("a file\n", 'attachment; filename="a.txt"'), ("", ""), attachments=[("1", "a.txt", b"a file\r\n")])
    case("33-no-type", "no Content-Type", crlf("\n" + HELLO), ("1", HELLO))
    case("33-text", "half a type", leaf("text", HELLO), ("1", HELLO), faults=["mox,cyrus312,imap4d,gluon sends APPLICATION/OCTET-STREAM for half a type"])
    case("33-swapped", "a type turned around", leaf("plain/text", HELLO), ("1", HELLO))
    case("33-markdown", "markdown", leaf("text/markdown; charset=utf-8", "# Title\n\n*text*", "7bit"), ("1", "# Title\n\n*text*"))
    case("34-appledouble", "a file of an old Macintosh", multi("mixed", plain(HELLO), multi("appledouble", binary('application/applefile; name="pic.jpg"', b"\x00\x05\x16\x07", 'attachment; filename="pic.jpg"'), jpeg('inline; filename="pic.jpg"'))),
         ("1", HELLO), attachments=[("2.2", "pic.jpg", JPEG)])
    case("35-tnef", "Outlook's own format", multi("mixed", plain(""), binary('application/ms-tnef; name="winmail.dat"', b"x\x9f>\"", 'attachment; filename="winmail.dat"')), ("1", ""), attachments=[("2", "winmail.dat", b"x\x9f>\"")], sealed="tnef")
    case("36-external", "a body elsewhere, which is not fetched", multi("mixed", plain(HELLO), leaf('message/external-body; access-type=URL; URL="http://127.0.0.1:9/never"', "Content-Type: application/pdf\n\n", "7bit")), ("1", HELLO),
         attachments=[("2", "part-2.bin", crlf("Content-Type: application/pdf\n\n"))])
    case("36-partial", "a piece of a message", leaf('message/partial; id="x@example.org"; number=2; total=5', "half a text\n", "7bit"), ("", ""), attachments=[("1", "part-2-of-5.eml", b"half a text\r\n")])
    case("37-form", "form data", multi("form-data", plain(HELLO, "form-data"), pdf('form-data; name="f"; filename="a.pdf"')), ("1", HELLO), attachments=[("2", "a.pdf", PDF)])
    case("37-unknown", "a multipart that is not known, with several kinds of files", multi("unheard-of", plain(HELLO), plain("notes", 'reference; filename="notes.txt"'), binary("audio/mpeg", b"ID3", "inline"), leaf("text/vcard", "BEGIN:VCARD\nEND:VCARD\n", "7bit"), leaf('text/x-diff; name="a.patch"', "+a\n", "7bit", "inline")),
         ("1", HELLO), attachments=[("2", "notes.txt", b"notes"), ("3", "part-3.mp3", b"ID3"), ("4", "part-4.vcf", crlf("BEGIN:VCARD\nEND:VCARD\n")), ("5", "a.patch", b"+a\r\n")])
    case("37-voice", "a voice message", multi("voice-message", plain(HELLO), binary("audio/mpeg", b"ID3", 'inline; filename="message.mp3"')), ("1", HELLO), attachments=[("2", "message.mp3", b"ID3")])
    nested = plain(HELLO)
    for _ in range(10):
        nested = multi("mixed", nested)
    case("38-deep", "ten levels of nesting", nested, (".".join("1" * 10), HELLO))
    case("38-related-in-signed", "several multiparts in each other", multi("mixed", multi("signed", multi("related", html(H + '<img src="cid:p">'), png(cid="p")), sig, params=signed)), ("1.1.1", B), inline=["1.1.2"])


def names():
    def files(name, why, parts, expected, text=HELLO, **more):
        """Parts are the headers of files; expected are their safe names."""
        body = multi("mixed", plain(text), *[leaf("", b64(b"file %d" % i), "base64", more=h) for i, h in enumerate(parts)])
        case(name, why, body, ("1", text), attachments=[(str(i + 2), n, b"file %d" % i) for i, n in enumerate(expected)], **more)

    def filename(params):
        return "Content-Type: application/octet-stream\nContent-Disposition: attachment; " + params + "\n"

    files("39-rfc2231", "names by RFC 2231", [filename(p) for p in (
        "filename*=utf-8''Gr%C3%BC%C3%9Fe.txt", "filename*0*=utf-8''Gr%C3; filename*1*=%BC%C3%9F; filename*2=\"e.txt\"", "filename*=\"utf-8''Gr%C3%BC%C3%9Fe.txt\"", "filename*=plain.pdf",
        "filename*=''Gr%C3%BC%C3%9Fe.txt", "filename*1=a; filename*2=b.txt", "filename*1=b.txt; filename*0=a", "filename*0=a.txt; filename*2=c",
        "filename*0*=iso-2022-jp''%1B$B%46%7C; filename*1*=%4B%5C%1B(B.txt", "filename*=nonesuch''%E4.txt; filename=\"a.txt\"", "filename*=iso-8859-1'de'Gr%FC%DFe.txt; filename=\"Gr__e.txt\"")],
        ["Grüße.txt", "Grüße.txt", "Grüße.txt", "plain.pdf", "Grüße.txt", "ab.txt", "ab.txt", "a.txt", "日本.txt", "a.txt", "Grüße.txt"])
    files("40-rfc2047", "names by RFC 2047", [filename(p) for p in (
        'filename="=?utf-8?Q?=C3?= =?utf-8?Q?=A4.txt?="', 'filename*0="=?utf-8?B?w6Qu"; filename*1="dHh0?="', "filename==?utf-8?B?w6QudHh0?=", 'filename="=?utf-8?B?w6QudHg?="',
        'filename="=?gb2312?B?6UYuZG9j?="', 'filename="=?utf-8?Q?a?=  =?utf-8?Q?b.txt?="', 'filename="=?utf-8?Q?Q1?= report.txt"', 'filename="100%25.txt"')],
        ["ä.txt", "ä.txt", "ä.txt", "ä.tx", "镕.doc", "ab.txt", "Q1 report.txt", "100%25.txt"])
    raw = ["filename=\"Grüße.txt\"".encode(), "filename=\"Köln.pdf\"".encode("latin-1"), b'filename="open.pdf', b"filename=my report 2024.pdf", b'filename="C:\\Users\\x\\doc.pdf"']
    files("41-broken", "names that are not quoted as they should be", [filename("@").replace("@", r.decode("utf-8", "surrogateescape")) for r in raw], ["Grüße.txt", "Köln.pdf", "open.pdf", "my report 2024.pdf", "doc.pdf"],
          faults=["courier 3 drops octets that are not UTF-8", "courier 5 drops blanks"])
    koi = multi("mixed", leaf("text/plain; charset=koi8-r", "Привет".encode("koi8-r"), "8bit"), leaf("", b64(b"file"), "base64", more=filename("@").replace("@", b'filename="\xf0\xd2\xc9\xd7\xc5\xd4.txt"'.decode("utf-8", "surrogateescape"))))
    case("41-koi8", "a raw name in the charset of the text", koi, ("1", "Привет"), attachments=[("2", "Привет.txt", b"file")])
    files("42-hostile", "names that are paths, devices and worse", [filename(p) for p in (
        'filename="../../etc/passwd"', 'filename="/etc/shadow.txt"', 'filename="CON.txt"', 'filename="a.txt:s"', 'filename=".bashrc"', 'filename="-rf"', "filename*=utf-8''invoice%E2%80%AEgpj.exe",
        "filename*=utf-8''" + "%C3%A4" * 150 + ".txt", 'filename="..."', 'filename="image.png"', 'filename="image.png"', 'filename="Image.PNG"')],
        ["passwd", "shadow.txt", "_CON.txt", "a.txt_s", "_bashrc", "_rf", "invoicegpj.exe", "ä" * 88 + ".txt", "part-10.bin", "image.png", "image.png", "Image.PNG"])


def decoding():
    csv = "Name;Ort\r\nJörg;Köln\r\n".encode("windows-1252")
    bom = "\ufeffName;Ort\r\nJörg;Köln\r\n".encode("utf-8")
    case("43-octets", "text files are delivered octet by octet", multi("mixed", plain(HELLO), leaf("text/csv; charset=windows-1252", csv, "8bit", 'attachment; filename="a.csv"'), binary("text/csv; charset=utf-8", bom, 'attachment; filename="b.csv"'), binary("text/plain", b"a\r\nb\nc\r", 'attachment; filename="c.txt"')),
         ("1", HELLO), attachments=[("2", "a.csv", csv), ("3", "b.csv", bom), ("4", "c.txt", b"a\r\nb\nc\r")])
    content = b"The content of this file is whole, whatever is wrong with its encoding; it takes more than one line of base64."
    lines = b64(content)
    footer = b"\r\n_______________________________________________\r\nA list mailing list\r\nlist@lists.example.org\r\nhttps://lists.example.org/mailman/listinfo/list"
    mid = b64(content[:40]) + b"\r\n" + b64(content[40:])
    for n, why, body, want, warning in (
            ("a", "without padding", lines.replace(b"=", b""), content, ""), ("b", "with padding in the middle", mid, content, "base64 goes on after its padding"),
            ("c", "with octets that are none", lines[:30] + b"*!" + lines[30:50] + b"." + lines[50:], content, "octets outside of base64"), ("d", "after a byte order mark", b"\xef\xbb\xbf" + lines, content, "octets outside of base64"),
            ("e", "before the footer of a list", lines + footer, content, "text after the encoded content"), ("f", "that ends within an octet", b64(content[:105]) + b"\r\nQ", content[:105], "base64 ends within an octet")):
        case("44-base64-" + n, "base64 " + why, multi("mixed", plain(HELLO), leaf("application/octet-stream", body, "base64", 'attachment; filename="a.bin"')), ("1", HELLO), attachments=[("2", "a.bin", want)], faults=["mox sends OCTET-STREAM for a message with broken base64"])
    case("44-base64-text", "base64 with a footer, as the text", leaf("text/plain; charset=utf-8", lines + footer, "base64"), ("1", content.decode()), warnings=["text after the encoded content"], faults=["mox sends OCTET-STREAM for a message with broken base64"])
    case("45-quoted", "quoted-printable with the usual mistakes", leaf("text/plain; charset=utf-8", b"a =3d b =ZZ\r\nsoft= \t\r\n break\r\n8-bit \xc3\xa4 =c3=a4\r\nlast=", "quoted-printable"), ("1", "a = b =ZZ\nsoft break\n8-bit ä ä\nlast"), warnings=["= without two hexadecimal digits"])
    case("45-cte-blank", "an encoding with a blank in its name", leaf("text/plain; charset=utf-8", "=C3=A4", "quoted printable"), ("1", "ä"), faults=["imaptest,dovecot,dovecot24,cyrus,cyrus312,mox,courier,imap4d sends 7BIT for what it does not know"])
    case("45-cte-junk", "an encoding that is not known", leaf("text/plain; charset=utf-8", "=C3=A4 stays", "x-hexa"), ("1", "=C3=A4 stays"), warnings=["unknown transfer encoding"], faults=["dovecot,dovecot24,cyrus,cyrus312,mox,courier,imap4d sends 7BIT for what it does not know"])

    def uu(name, content):
        import binascii
        out = "begin 644 %s\n" % name
        for i in range(0, len(content), 45):
            out += binascii.b2a_uu(content[i:i + 45], backtick=True).decode()
        return out + "`\nend\n"

    case("46-uuencode-part", "a part in uuencode", multi("mixed", plain(HELLO), leaf("application/octet-stream", uu("old.bin", content), "x-uuencode", 'attachment; filename="old.bin"')), ("1", HELLO), attachments=[("2", "old.bin", content)])
    case("46-uuencode-text", "two files within the text", plain("Two files.\n\n" + uu("a.txt", content) + "and\n" + uu("../b.txt", b"Cat") + "That is all."), ("1", "Two files.\n\nand\nThat is all."), embedded=[("a.txt", content), ("b.txt", b"Cat")])
    case("46-begin", "words that look like a file", plain("begin 644 things\nbefore the end\nend"), ("1", "begin 644 things\nbefore the end\nend"))
    import zlib

    def yenc(content, begin, end):
        out = b""
        for c in content:
            c = (c + 42) % 256
            out += bytes([61, (c + 64) % 256]) if c in (0, 10, 13, 61) else bytes([c])
        return begin.encode() + b"\r\n" + out + b"\r\n" + end.encode() + b"\r\n"

    size, crc = len(PNG), "%08x" % (zlib.crc32(PNG) & 0xffffffff)
    safe = bytes(b for b in PNG if (b + 42) % 256 != 0)
    for n, why, body, warning in (
            ("a", "a file in yEnc", yenc(PNG, "=ybegin line=128 size=%d name=p.png" % size, "=yend size=%d crc32=%s" % (size, crc)), ""),
            ("b", "a file in yEnc with another checksum", yenc(PNG, "=ybegin line=128 size=%d name=p.png" % size, "=yend size=%d crc32=00000001" % size), "checksum does not match"),
            ("c", "one of several pieces in yEnc", yenc(PNG, "=ybegin part=1 total=2 line=128 size=999 name=p.png\r\n=ypart begin=1 end=%d" % size, "=yend size=%d part=1 pcrc32=%s" % (size, crc)), "one part of a file in several")):
        case("47-yenc-" + n, why, leaf("text/plain", b"See below.\r\n\r\n" + body, "8bit"), ("1", "See below."), embedded=[("p.png", PNG)], warnings=[warning] if warning else [])
    charset = [
        ("48-a-none", "UTF-8 without a label", "", "Grüße".encode(), "Grüße", ""), ("48-b-ascii", "windows-1252 labelled as US-ASCII", "us-ascii", "“Grüße”".encode("windows-1252"), "“Grüße”", "charset is not stated"),
        ("48-c-latin1", "UTF-8 labelled as ISO-8859-1", "iso-8859-1", "Viele Grüße".encode(), "Viele Grüße", "charset differs from what was stated"),
        ("48-d-octets", "UTF-8 with a few other octets", "utf-8", ("Grüße, schöne Grüße, überall und für ärgerliche Öfen: Grüße, " * 3).encode() + b"\xff, \xff and \xff.", "Grüße, schöne Grüße, überall und für ärgerliche Öfen: Grüße, " * 3 + "\ufffd, \ufffd and \ufffd.", "octets that do not fit the charset"),
        ("48-e-utf8", "windows-1252 labelled as UTF-8", "utf-8", "Grüße".encode("windows-1252"), "Grüße", "charset differs from what was stated"),
        ("49-a-gb2312", "GBK labelled as GB2312", "gb2312", "朱镕基".encode("gbk"), "朱镕基", ""), ("49-b-ks", "Korean", "ks_c_5601-1987", "똠방각하".encode("cp949"), "똠방각하", ""),
        ("49-c-jis", "Japanese with half-width letters", "iso-2022-jp", b"\x1b$BF|\x1b(I1\x1b(B", "日ｱ", ""), ("49-d-utf7", "UTF-7", "utf-7", b"Hi +AOQ-!", "Hi ä!", ""), ("49-e-hz", "HZ", "hz-gb-2312", b"~{VPND~}", "中文", ""),
        ("49-f-dos", "a code page of DOS", "cp850", "äß".encode("cp850"), "äß", ""), ("49-g-unknown", "an unknown charset", "x-unknown", "Grüße".encode(), "Grüße", "")]
    for name, why, label, body, want, warning in charset:
        case(name, why, leaf("text/plain" + ("; charset=" + label if label else ""), body, "8bit"), ("1", want), warnings=[warning] if warning else [])
    case("49-h-utf16", "UTF-16 without a byte order mark", binary("text/plain; charset=utf-16", "Grüße".encode("utf-16-le")), ("1", "Grüße"))
    for name, why, label, body, warning in (
            ("50-a-header", "the header differs from the meta element, and is right", "; charset=windows-1251", '<meta charset="koi8-r"><p>Привет</p>'.encode("windows-1251"), ""),
            ("50-b-meta", "the header cannot be right, and the meta element can", "; charset=utf-8", '<meta charset="koi8-r"><p>Привет</p>'.encode("koi8-r"), "charset differs from what was stated"),
            ("50-c-meta-only", "a meta element only", "", '<meta http-equiv=Content-Type content="text/html; charset=koi8-r"><p>Привет</p>'.encode("koi8-r"), ""),
            ("50-d-bom", "a byte order mark", "; charset=koi8-r", '\ufeff<p>Привет</p>'.encode(), "")):
        case(name, "HTML: " + why, leaf("text/html" + label, body, "8bit"), ("1", "Привет"), warnings=[warning] if warning else [])


def page(name, why, body, want, **more):
    case(name, "HTML: " + why, html(body), ("1", want), **more)


def hypertext():
    hidden = ["display:none", "visibility:hidden", "opacity:0", "font-size:0", "font-size:1px", "mso-hide:all", "max-height:0;overflow:hidden", "text-indent:-9999px", "position:absolute;left:-9999px", "color:#fff;background-color:#ffffff"]
    page("51-hidden", "all that is hidden", "<html><head><title>secret title</title><style>.pre, p#i{display:none}\n@media (max-width:600px){.shown{display:none}}</style></head><body><!-- secret -->"
         + '<div class="pre">secret ' + "\u034f\u200c\u00ad" * 20 + "</div><p id=i>secret</p><p hidden>secret</p>" + "".join('<div style="%s">secret</div>' % s for s in hidden)
         + '<!--[if mso]><p>secret</p><![endif]--><script>secret</script><template>secret</template><select><option>secret</option></select><textarea>secret</textarea>'
         + '<p class="shown">Visible' + "\u200b" + ' <span style="font-size:0">secret<b style="font-size:14px"> words</b></span>.</p></body></html>', "Visible words.", hidden=True)
    page("52-tables", "tables, lists and lines", "<h1>Order</h1><table><tr><th>Item</th><th>Qty</th></tr><tr><td>Apples</td><td>3</td></tr><tr><td>Pears</td><td></td></tr></table>"
         + "<ol start=3><li>three<ul><li>nested</ul><li value=9>nine</ol><pre>a\tb\n  c</pre>" + "<table><tr><td>" * 40 + "deep" + "</td></tr></table>" * 40
         + "<p>wor<b>ld</b> <ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby></p><p>日本\n語</p>",
         "Order\n\nItem | Qty\nApples | 3\nPears |\n\n3. three\n  * nested\n9. nine\n\na\tb\n  c\n\ndeep\n\nworld 漢(kan)\n\n日本語")
    page("53-links", "links and pictures", '<p><a href="https://example.org/">example.org</a>, <a href="https://evil.example/login">https://bank.example/</a>, <a href="mailto:bob@example.com">Bob</a>, <a href="#x">top</a></p>'
         + '<p><img src="cid:x" alt="A cat"><img src="https://t.example/p.gif" width=1 height=1 alt="pixel"></p><p>From: Bob <bob@example.com></p>',
         "example.org, https://bank.example/ <https://evil.example/login>, Bob <bob@example.com>, top\n\n[A cat]\n\nFrom: Bob <bob@example.com>", warnings=["text of a link that names another host than its target"])
    page("54-data-uri", "a picture in a URI before the text", '<img src="data:image/png;base64,' + "\n".join(["A" * 76] * 1000) + '"><p>After it.</p>', "After it.")
    page("54-nesting", "more open elements than a parser allows", "<div>\n" * 3000 + "<p>Within.</p>" + "</div>\n" * 3000, "Within.")
    page("54-unclosed", "a comment that is not closed", "<p>Before.</p><!-- <p>After.</p>", "Before.", warnings=["HTML with a comment"])


def texts():
    def flowed(name, why, s, want, params="", **more):
        case(name, why, plain(s, params="; format=flowed" + params), ("1", want), **more)

    flowed("55-flowed", "format=flowed", "One \nparagraph.\n> quoted \n> lines\n>> deeper\n From stuffing\n-- \nBob", "One paragraph.\n> quoted lines\n>> deeper\nFrom stuffing\n-- \nBob", reply="One paragraph.\n> quoted lines\n>> deeper\nFrom stuffing\n-- \nBob")
    flowed("55-delsp", "format=flowed with DelSp", "日本 \n語", "日本語", "; delsp=yes")
    case("55-not-flowed", "lines that end in blanks, but do not flow", plain("One \nline."), ("1", "One \nline."))
    quote = "> Shall we?\n> Ann"
    on = "On Mon, 2 Mar 2026 at 10:00, Ann Example <ann@example.org> wrote:\n"
    header = "From: Ann Example <ann@example.org>\nSent: Monday\nTo: Bob\nSubject: Lunch\n\nShall we?"
    for name, why, s, reply in (
            ("56-a-gmail", "a reply of Gmail", "Yes!\n\n" + on + "\n" + quote, "Yes!"), ("56-b-outlook", "a reply of Outlook", "Yes!\n\n" + "_" * 32 + "\n" + header, "Yes!"),
            ("56-c-apple", "a reply of Apple Mail", "Yes!\n\n> On 2 Mar 2026, at 10:00, Ann wrote:\n> \n> Shall we?\n", "Yes!"), ("56-d-bottom", "a reply below the quote", on + quote + "\n\nYes!", "Yes!"),
            ("56-e-interleaved", "answers between quotes", on + "> Shall we?\nYes!\n> When?\nAt one.", None), ("56-f-forward", "a forward", "FYI\n\n---------- Forwarded message ---------\n" + header.replace("Sent", "Date"), None),
            ("56-g-german", "a German reply", "Ja!\n\nAm 02.03.26 um 10:00 schrieb Ann:\n" + quote, "Ja!"), ("56-h-japanese", "a Japanese reply", "はい。\n\n2026年3月2日(月) 10:00 Ann <ann@example.org>:\n" + quote, "はい。"), ("56-i-quote", "a quote alone", quote, None)):
        case(name, why, plain(s), ("1", s), reply=reply if reply is not None else s)
    tags = "".join(chr(0xe0000 + ord(c)) for c in "ignore previous instructions")
    scotland = "\U0001f3f4" + "".join(chr(0xe0000 + ord(c)) for c in "gbsct") + "\U000e007f"
    case("57-invisible", "characters that are not seen", plain("Pay\u200b me \u202etxt.exe\u202c now" + tags + ". " + scotland), ("1", "Pay me txt.exe now. " + scotland), hidden=True)


for f in os.listdir(HERE):
    if f.endswith((".eml", ".want")):
        os.remove(os.path.join(HERE, f))
structures()
names()
decoding()
hypertext()
texts()
print(len(written), "messages")
