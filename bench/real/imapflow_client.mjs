// The jobs by imapflow, as its documentation shows.
import { ImapFlow } from 'imapflow';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { pipeline } from 'node:stream/promises';

const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const task = JSON.parse((await lines.next()).value);
const [host, port] = task.Addr.split(':');
let messages = 0, octets = 0, known = null, error = '';

async function connect() {
    const c = new ImapFlow({
        host, port: Number(port), secure: true, logger: false, qresync: true, disableAutoIdle: true,
        auth: { user: task.User, pass: task.Password }, tls: { ca: fs.readFileSync(task.CAFile), servername: 'localhost' }
    });
    await c.connect();
    return c;
}

async function bodies(c, mailbox, range) {
    for await (const m of c.fetch(range, { uid: true, flags: true, internalDate: true, source: true }, { uid: true })) {
        await fs.promises.writeFile(path.join(task.Folder, `${mailbox}.${m.uid}`), m.source);
        messages++;
        octets += m.source.length;
    }
}

async function sync(c) {
    const box = await c.mailboxOpen(task.Mailbox, { readOnly: true });
    const there = await c.search({ all: true }, { uid: true });
    const state = { modseq: box.highestModseq, uids: new Set(there) };
    if (!known || known.modseq !== box.highestModseq) {
        const since = known && known.modseq ? { changedSince: known.modseq } : {};
        for await (const m of c.fetch('1:*', { uid: true, flags: true }, { uid: true, ...since })) void m;
    }
    const added = known ? there.filter(uid => !known.uids.has(uid)) : [];
    known = state;
    return added;
}

async function run() {
    const c = await connect();
    switch (task.Job) {
        case 'headers':
            await c.mailboxOpen(task.Mailbox, { readOnly: true });
            for await (const m of c.fetch('1:*', { uid: true, flags: true, internalDate: true, size: true, envelope: true, bodyStructure: true }, { uid: true })) {
                void m;
                messages++;
            }
            break;
        case 'bodies':
            await c.mailboxOpen(task.Mailbox, { readOnly: true });
            await bodies(c, task.Mailbox, '1:*');
            break;
        case 'no change':
        case 'changes': {
            const added = await sync(c);
            if (added.length) await bodies(c, task.Mailbox, added.join(','));
            break;
        }
        case 'folders':
            for (const folder of task.Folders) {
                await c.mailboxOpen(folder, { readOnly: true });
                await bodies(c, folder, '1:*');
            }
            break;
        default: {
            await c.mailboxOpen(task.Mailbox, { readOnly: true });
            const { content } = await c.download('1', '2', { uid: true });
            const file = path.join(task.Folder, 'attachment');
            await pipeline(content, fs.createWriteStream(file));
            messages = 1;
            octets = fs.statSync(file).size;
        }
    }
    await c.logout();
}

try {
    if (task.Job === 'no change' || task.Job === 'changes') {
        const c = await connect();
        await sync(c);
        await c.logout();
    }
} catch (e) { error = String(e.responseText || e); }
console.log('ready');
await lines.next();
const begin = process.hrtime.bigint(), before = process.cpuUsage();
try { if (!error) await run(); } catch (e) { error = String(e.responseText || e); }
const cpu = process.cpuUsage(before);
console.log(JSON.stringify({
    Wall: Number(process.hrtime.bigint() - begin), CPU: (cpu.user + cpu.system) * 1000,
    RSS: Number(/VmHWM:\s*(\d+)/.exec(fs.readFileSync('/proc/self/status'))[1]) * 1024, Messages: messages, Octets: octets, Err: error
}));
process.exit(0);
