import type { Masker } from './masking.ts';

export type LogStream = 'stdout' | 'stderr';

/** One line of a step's log. `n` counts from 1 within the step. */
export interface LogLine {
  readonly n: number;
  /** ISO time of its arrival. */
  readonly at: string;
  readonly stream: LogStream;
  readonly text: string;
}

/** A line longer than this is broken into several. */
const LONGEST_LINE = 16_384;

/** Where a step's log stands when a later attempt goes on writing. */
export interface LogPosition {
  readonly lines: number;
  readonly bytes: number;
}

/** A piece at least this long that ends without a newline was cut by a pipe; a shorter one is a message of its own. */
const CUT_BY_PIPE = 4096;

/** Turns pieces of output into numbered lines, each stream by itself, up to a limit. Lines come out unmasked. */
export interface LineBuffer {
  add(text: string, stream: LogStream, at: string): LogLine[];
  /** The unfinished last lines; call at the end. */
  end(at: string): LogLine[];
}

/** The end of a stream so far: `cut` goes on in the next piece; `message` is a line unless a secret goes on there. */
interface Open {
  readonly text: string;
  readonly why: 'cut' | 'message';
}

/** `limit` is in UTF-16 units of text; what comes after it is dropped and one line says so. */
export function createLineBuffer(masker: Masker, start: LogPosition, limit: number): LineBuffer {
  let n = start.lines;
  let size = start.bytes;
  let full = start.bytes >= limit;
  const open: Partial<Record<LogStream, Open | undefined>> = {};

  const line = (text: string, stream: LogStream, at: string): LogLine[] => {
    if (full) return [];
    size += text.length + 1;
    if (size <= limit) return [{ n: ++n, at, stream, text }];
    full = true;
    return [{ n: ++n, at, stream: 'stderr', text: `Output after ${Math.round(limit / 1024)} KiB is left out.` }];
  };
  const emit = (text: string, stream: LogStream, at: string): LogLine[] => broken(text, masker).flatMap((part) => line(part, stream, at));

  return {
    add(piece, stream, at) {
      if (full) return [];
      const before = open[stream];
      open[stream] = undefined;
      const goesOn = before !== undefined && (before.why === 'cut' || masker.spans(before.text, piece));
      const lines = before !== undefined && !goesOn ? emit(before.text, stream, at) : [];
      const parts = ((goesOn ? before.text : '') + piece).split('\n');
      const rest = parts.pop() ?? '';
      for (const part of parts) lines.push(...emit(part.endsWith('\r') ? part.slice(0, -1) : part, stream, at));
      if (rest === '') return lines;
      if (rest.length > LONGEST_LINE) {
        // Its end may be the beginning of a secret: that much waits for the next piece.
        const masked = masker.text(rest);
        const cut = Math.max(0, masked.length - masker.longest());
        lines.push(...emit(masked.slice(0, cut), stream, at));
        open[stream] = { text: masked.slice(cut), why: 'cut' };
      } else if (piece.length >= CUT_BY_PIPE) open[stream] = { text: rest, why: 'cut' };
      else if (masker.mayBeginIn(rest)) open[stream] = { text: rest, why: 'message' };
      else lines.push(...emit(rest, stream, at));
      return lines;
    },
    end(at) {
      return (['stdout', 'stderr'] as const).flatMap((stream) => {
        const rest = open[stream]?.text ?? '';
        open[stream] = undefined;
        return rest === '' ? [] : emit(rest, stream, at);
      });
    },
  };
}

/** A secret must not be cut in two, so an overlong line is masked before it is broken. */
function broken(text: string, masker: Masker): string[] {
  if (text.length <= LONGEST_LINE) return [text];
  const masked = masker.text(text);
  const pieces: string[] = [];
  for (let from = 0; from < masked.length; from += LONGEST_LINE) pieces.push(masked.slice(from, from + LONGEST_LINE));
  return pieces;
}
