"""Prints zlib.json: streams that zlib flushed in each of its ways, and how many
octets zlib inflates every prefix of them to.

    python3 zlib.py >zlib.json
"""
import base64
import json
import zlib

GREETING = b"* OK [CAPABILITY IMAP4rev1 COMPRESS=DEFLATE] ready\r\n"
ROWS = [b'* %d FETCH (UID %d FLAGS (\\Seen) RFC822.SIZE %d)\r\n' % (i, 3 * i, 977 * i) for i in range(1, 9)]
PIECES = [GREETING] + ROWS + [b"a%d OK done\r\n" % i for i in range(4)] + [bytes(range(256)), b"." * 700]
FLUSHES = {"partial": zlib.Z_PARTIAL_FLUSH, "sync": zlib.Z_SYNC_FLUSH, "full": zlib.Z_FULL_FLUSH, "block": zlib.Z_BLOCK}
STRATEGIES = {"default": zlib.Z_DEFAULT_STRATEGY, "fixed": zlib.Z_FIXED, "huffman": zlib.Z_HUFFMAN_ONLY, "rle": zlib.Z_RLE}


def stream(level, strategy, flush):
    z = zlib.compressobj(level, zlib.DEFLATED, -15, 8, strategy)
    wire = b""
    for piece in PIECES:
        wire += z.compress(piece) + z.flush(flush)
    return wire + z.flush(zlib.Z_FINISH)


def steps(wire):
    """What each octet adds to the output, as [octets, how often in a row]."""
    z, all = zlib.decompressobj(-15), []
    for i in range(len(wire)):
        n = len(z.decompress(wire[i:i + 1]))
        if all and all[-1][0] == n:
            all[-1][1] += 1
        else:
            all.append([n, 1])
    return all


streams = []
for flush, how in FLUSHES.items():
    for strategy, number in STRATEGIES.items():
        for level in (0, 6) if strategy == "default" else (6,):
            wire = stream(level, number, how)
            streams.append({
                "name": "%s flush, strategy %s, level %d" % (flush, strategy, level),
                "wire": base64.b64encode(wire).decode(),
                "steps": steps(wire),
            })
print(json.dumps({"plain": base64.b64encode(b"".join(PIECES)).decode(), "streams": streams}, separators=(",", ":")).replace('{"name"', '\n{"name"'))
