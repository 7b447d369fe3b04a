"""messages.py FROM TO: copies the messages below a folder, those of an mbox one by one."""
import os
import re
import sys

FIELDS = re.compile(rb"^(subject|from|content-type|received):", re.I | re.M)
START = re.compile(rb"^From .*\n", re.M)

source, target = sys.argv[1:]
os.makedirs(target, exist_ok=True)
for folder, _, names in os.walk(source):
    for name in names:
        path = os.path.join(folder, name)
        with open(path, "rb") as file:
            octets = file.read()
        several = START.split(octets)[1:] if START.match(octets) else [octets]
        flat = os.path.relpath(path, source).replace(os.sep, "_").replace(":", "_").removesuffix(".eml")
        for i, message in enumerate(several):
            first = message.split(b"\n", 1)[0]
            if len(message) < 100 or b":" not in first or first.startswith((b"#", b"<", b"//")) or not FIELDS.search(message[:6000]):
                continue
            suffix = "" if len(several) == 1 else f"-{i}"
            with open(os.path.join(target, flat + suffix + ".eml"), "wb") as file:
                file.write(message)
