/** One ref update that a push asks for. `before`/`after` are 40 hex digits; 40 zeros mean "none". */
export interface RefCommand {
  readonly before: string;
  readonly after: string;
  readonly ref: string;
}

/** The head of a push as `git-receive-pack` gets it: the wanted ref updates and what the client understands. */
export interface PushHead {
  readonly commands: readonly RefCommand[];
  readonly capabilities: readonly string[];
  /** Bytes up to and with the flush packet; the pack follows. */
  readonly length: number;
}

/** One packet: four hex digits of length, then the text (gitprotocol-common). Text is one byte per character. */
export function packet(text: string): string {
  return (text.length + 4).toString(16).padStart(4, '0') + text;
}

export const FLUSH = '0000';

/**
 * Reads the head of a push from the bytes so far (one character per byte): `undefined` until the flush packet is there.
 * Throws an Error with a sentence when it is not a push.
 */
export function readPushHead(bytes: string): PushHead | undefined {
  const commands: RefCommand[] = [];
  let capabilities: string[] = [];
  let at = 0;
  for (;;) {
    const digits = bytes.slice(at, at + 4);
    if (digits.length < 4) return undefined;
    if (!/^[0-9a-f]{4}$/i.test(digits)) throw new Error('The push does not start with packets.');
    const length = Number.parseInt(digits, 16);
    if (length === 0) return { commands, capabilities, length: at + 4 };
    if (length < 4) throw new Error('The push holds a packet that has no place there.');
    if (bytes.length < at + length) return undefined;
    let line = bytes.slice(at + 4, at + length).replace(/\n$/, '');
    at += length;
    const nul = line.indexOf('\0');
    if (nul >= 0) {
      capabilities = line
        .slice(nul + 1)
        .trim()
        .split(' ')
        .filter(Boolean);
      line = line.slice(0, nul);
    }
    if (line.startsWith('shallow ')) continue;
    const match = /^([0-9a-f]{40}) ([0-9a-f]{40}) (.+)$/.exec(line);
    if (match === null) throw new Error('The push holds a command that is not "old new ref".');
    commands.push({ before: match[1] ?? '', after: match[2] ?? '', ref: match[3] ?? '' });
  }
}

/** How many bytes of text one side-band packet carries at most for a client that knows the big form. */
const CHUNK = 65_000;

function sideband(band: 1 | 2, text: string, chunk: number): string {
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += chunk) parts.push(packet(String.fromCharCode(band) + text.slice(at, at + chunk)));
  return parts.join('');
}

/**
 * The answer to a push that is refused as a whole, in the form its client understands (report-status inside side-band
 * when asked for): git prints `sentence` as "remote: …" and `short` beside each ref. Both one byte per character.
 */
export function refusePush(push: PushHead, sentence: string, short: string): string {
  const report = [packet(`unpack ${short}\n`), ...push.commands.map((c) => packet(`ng ${c.ref} ${short}\n`)), FLUSH].join('');
  const wantsReport = push.capabilities.some((c) => c === 'report-status' || c === 'report-status-v2');
  const big = push.capabilities.includes('side-band-64k');
  if (big || push.capabilities.includes('side-band')) {
    const chunk = big ? CHUNK : 990;
    return sideband(2, `\n${sentence}\n`, chunk) + (wantsReport ? sideband(1, report, chunk) : '') + FLUSH;
  }
  return wantsReport ? report : packet(`ERR ${sentence}\n`);
}

/** Whether a client prints what it is told: not one that asked for quiet, as git does with `-q` and where nobody looks on. */
export const hearsNotes = ({ capabilities }: PushHead): boolean =>
  !capabilities.includes('quiet') && (capabilities.includes('side-band-64k') || capabilities.includes('side-band'));

/** Lines that git prints as "remote: …", as packets that go in front of the end of an answer; one byte per character. */
export function pushNote(push: PushHead, lines: readonly string[]): string {
  return sideband(2, `\n${lines.join('\n')}\n\n`, push.capabilities.includes('side-band-64k') ? CHUNK : 990);
}
