# The jobs by Python's imaplib, as its users write them.
import base64, imaplib, json, os, re, resource, ssl, sys, time

task = json.loads(sys.stdin.readline())
imaplib._MAXLINE = 1 << 30
messages = octets = 0


def connect():
    host, port = task["Addr"].rsplit(":", 1)
    c = imaplib.IMAP4_SSL(host, int(port), ssl_context=ssl.create_default_context(cafile=task["CAFile"]))
    c.login(task["User"], task["Password"])
    return c


def done(answer):
    if answer[0] != "OK":
        raise RuntimeError(repr(answer)[:200])
    return answer[1]


def save(name, data):
    global messages, octets
    with open(os.path.join(task["Folder"], name), "wb") as f:
        f.write(data)
    messages += 1
    octets += len(data)


def bodies(c, mailbox, uids="1:*"):
    done(c.select(mailbox, readonly=True))
    if uids == "1:*":  # one command would keep the whole mailbox in memory
        found = done(c.uid("SEARCH", None, "ALL"))[0].split()
    else:
        found = uids
    for i in range(0, len(found), 100):
        for item in done(c.uid("FETCH", b",".join(found[i : i + 100]).decode(), "(UID FLAGS INTERNALDATE BODY.PEEK[])")):
            if isinstance(item, tuple):
                save("%s.%s" % (mailbox, re.search(rb"UID (\d+)", item[0]).group(1).decode()), item[1])


def sync(c):
    done(c.select(task["Mailbox"], readonly=True))
    state = {}
    for row in done(c.uid("FETCH", "1:*", "(UID FLAGS)")):
        if row:
            uid = re.search(rb"UID (\d+)", row).group(1)
            state[uid] = imaplib.ParseFlags(row)
    return state


def attachment(c):
    done(c.select(task["Mailbox"], readonly=True))
    for item in done(c.uid("FETCH", "1", "(BODY.PEEK[2])")):
        if isinstance(item, tuple):
            save("attachment", base64.b64decode(item[1]))


def headers(c):
    global messages
    done(c.select(task["Mailbox"], readonly=True))
    for row in done(c.uid("FETCH", "1:*", "(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)")):
        messages += bool(row)


def run():
    c = connect()
    job = task["Job"]
    if job == "headers":
        headers(c)
    elif job == "bodies":
        bodies(c, task["Mailbox"])
    elif job in ("no change", "changes"):
        now = sync(c)
        added = [uid for uid in now if uid not in known]
        if added:
            bodies(c, task["Mailbox"], added)
    elif job == "folders":
        for folder in task["Folders"]:
            bodies(c, folder)
    else:
        attachment(c)
    c.logout()


error = ""
try:
    if task["Job"] in ("no change", "changes"):
        first = connect()
        known = sync(first)
        first.logout()
except Exception as e:
    error = repr(e)
print("ready", flush=True)
sys.stdin.readline()
begin, cpu = time.time(), time.process_time()
try:
    error or run()
except Exception as e:
    error = repr(e)
rss = int(re.search(r"VmHWM:\s*(\d+)", open("/proc/self/status").read()).group(1)) << 10
print(json.dumps({"Wall": int((time.time() - begin) * 1e9), "CPU": int((time.process_time() - cpu) * 1e9), "RSS": rss,
                  "Messages": messages, "Octets": octets, "Err": error}))
