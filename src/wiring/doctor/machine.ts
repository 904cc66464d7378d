import { constants, existsSync } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../../config/config.ts';
import { messageOf } from '../../domain/error.ts';
import { note, ok, problem } from '../../domain/finding.ts';
import type { Finding } from '../../domain/finding.ts';

const MB = 1024 * 1024;
/** Free space below which the store soon cannot write, and below which somebody should look (bytes). */
const FULL = 100 * MB;
const LOW = 1024 * MB;

/** File systems of other machines (Linux: NFS, SMB, CIFS): the lock that keeps a second process out does not hold there. */
const SHARED = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42]);

/** The disk a folder is on, as `fs.statfs` tells it. */
export interface Disk {
  readonly type: number;
  readonly bsize: number;
  readonly bavail: number;
}

/** Node, as package.json wants it: `wanted` such as `>=20.19`, `version` such as `20.20.2`. */
export function checkNode(version: string, wanted: string): Finding {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(wanted) ?? [];
  const [have = 0, haveMinor = 0] = version.split('.').map(Number);
  const enough = have > Number(major) || (have === Number(major) && haveMinor >= Number(minor));
  if (enough) return ok(`Node is ${version}`);
  return problem(`Node is ${version}, and Parley needs ${wanted}`, 'Install a newer one from nodejs.org.');
}

/** Whether the data folder can be written, who else can read it, and how much room there is. */
export async function checkFolder({ dataDir, mongodbUri }: Config): Promise<Finding[]> {
  const there = existsSync(dataDir);
  const nearest = there ? dataDir : nearestFolder(resolve(dataDir));
  const writable = await access(nearest, constants.W_OK | constants.X_OK).then(() => null, messageOf);
  if (writable !== null)
    return [problem(`DATA_DIR cannot be written: ${writable}`, 'Give the server a folder of its own.')];
  const facts = await stat(nearest);
  if (!facts.isDirectory())
    return [problem(`DATA_DIR names "${dataDir}", which is no folder`, 'Name a folder, or one that is to be made.')];
  const disk = diskFinding(await statfs(nearest), mongodbUri === undefined);
  if (!there) return [ok(`DATA_DIR (${dataDir}) will be made by the first start`), ...disk];
  return [...modeFindings(facts.mode, dataDir), ...(await filesFindings(dataDir)), ...disk];
}

/** Room on the disk, and whether it is one of this machine. */
export function diskFinding({ type, bsize, bavail }: Disk, embedded: boolean): Finding[] {
  const free = bavail * bsize;
  const shown = free >= LOW ? `${(free / 1024 / MB).toFixed(1)} GB` : `${Math.floor(free / MB)} MB`;
  const fix = 'Make room, or shorten RETENTION_CALLS and RETENTION_TRANSCRIPTS.';
  const room =
    free < FULL
      ? problem(`only ${shown} are free where DATA_DIR is`, fix)
      : free < LOW
        ? note(`${shown} are free where DATA_DIR is`, fix)
        : ok(`${shown} are free where DATA_DIR is`);
  if (!embedded || !SHARED.has(type)) return [room];
  const moved = 'Put DATA_DIR on a disk of this machine, or use MongoDB.';
  return [room, problem('DATA_DIR is on a network share, where the lock of the store does not hold', moved)];
}

function modeFindings(mode: number, dataDir: string): Finding[] {
  if (hasNoModes() || (mode & 0o077) === 0)
    return [ok(`DATA_DIR (${dataDir}) can be written, and only by its owner read`)];
  const shown = (mode & 0o777).toString(8);
  return [note(`other users of this machine can look into DATA_DIR (mode ${shown})`, `chmod 700 ${dataDir}`)];
}

/** What holds secrets and words of people has to be its owner's alone. */
async function filesFindings(dataDir: string): Promise<Finding[]> {
  const files = ['keys.json', 'parley.db', 'parley.db-wal'].map((name) => join(dataDir, name));
  const found = await Promise.all([...files.map((file) => openToOthers(file)), openToOthers('.env')]);
  return found.flat();
}

async function openToOthers(file: string): Promise<Finding[]> {
  const facts = await stat(file).catch(() => null);
  if (facts === null || hasNoModes() || (facts.mode & 0o077) === 0) return [];
  const mode = (facts.mode & 0o777).toString(8);
  return [problem(`other users of this machine can read ${file} (mode ${mode})`, `chmod 600 ${file}`)];
}

/** Windows has other ways to say who may read. */
function hasNoModes(): boolean {
  return process.platform === 'win32';
}

function nearestFolder(path: string): string {
  const up = dirname(path);
  return existsSync(up) || up === path ? up : nearestFolder(up);
}
