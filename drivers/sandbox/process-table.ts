import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  readonly uid: number;
  readonly threads: number;
  /** Memory of its own (not shared files), in bytes. */
  readonly bytes: number;
  /** Tells it from a later process with the same id. */
  readonly started: string;
  readonly cpuMs: number;
}

const TICKS_PER_SECOND = 100;

/** Every process of this machine. */
export function processTable(): ProcessRow[] {
  if (process.platform !== 'linux') return fromPs();
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      // Fields after "pid (command)": state 3, parent 4, session 6, user time 14, system time 15, start 22 (proc(5)).
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z') return [];
      const kb = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
      return [
        {
          pid: Number(name),
          parent: Number(fields[1]),
          session: Number(fields[3]),
          uid: kb('Uid'),
          threads: kb('Threads'),
          bytes: (kb('RssAnon') + kb('RssShmem')) * 1024,
          started: fields[19] ?? '',
          cpuMs: ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND,
        },
      ];
    } catch {
      // It ended while we looked.
      return [];
    }
  });
}

function fromPs(): ProcessRow[] {
  const text = execFileSync('ps', ['-axo', 'pid=,ppid=,sess=,uid=,rss=,lstart='], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
  return text.split('\n').flatMap((line) => {
    const [pid, parent, , uid, rss, ...started] = line.trim().split(/\s+/);
    if (pid === undefined || rss === undefined) return [];
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        session: 0,
        uid: Number(uid),
        threads: 1,
        bytes: Number(rss) * 1024,
        started: started.join(' '),
        cpuMs: 0,
      },
    ];
  });
}

/** Remembers who belongs to a command: also those that left its session or whose parent ended. */
export interface Family {
  /** Looks at the table once more and gives those that live. */
  members(): ProcessRow[];
}

export function watchFamily(root: number, uid?: number): Family {
  const known = new Map<number, string>();
  return {
    members() {
      const table = processTable();
      const byPid = new Map(table.map((row) => [row.pid, row]));
      const isKnown = (row: ProcessRow): boolean => known.get(row.pid) === row.started;
      let grew = true;
      while (grew) {
        grew = false;
        for (const row of table) {
          if (isKnown(row)) continue;
          const parent = byPid.get(row.parent);
          const child = parent !== undefined && isKnown(parent);
          if (row.pid !== root && row.session !== root && row.uid !== uid && !child) continue;
          known.set(row.pid, row.started);
          grew = true;
        }
      }
      return table.filter(isKnown);
    },
  };
}
