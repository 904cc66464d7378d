import { readFile, readdir } from 'node:fs/promises';

/**
 * Bytes that a process and all its descendants have for themselves: memory they share is not counted again for each.
 * Where there is no /proc it is the process alone.
 */
export async function usedMemory(root: number): Promise<number> {
  const facts = await processes();
  if (facts.length === 0) return process.memoryUsage.rss();
  const family = new Set([root]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const { pid, parent } of facts) if (family.has(parent)) family.add(pid);
  }
  return facts.filter(({ pid }) => family.has(pid)).reduce((sum, { bytes }) => sum + bytes, 0);
}

interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly bytes: number;
}

async function processes(): Promise<ProcessFacts[]> {
  const names = await readdir('/proc').catch(() => []);
  const all = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(factsOf));
  return all.filter((facts) => facts !== null);
}

/** Null for a process that has ended meanwhile. */
async function factsOf(pid: string): Promise<ProcessFacts | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const number = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return status === '' ? null : { pid: Number(pid), parent: number('PPid'), bytes: number('RssAnon') * 1024 };
}
