import type { Line, NewLine } from '../../domain/conversation.ts';
import type { Expression } from './clock.ts';
import { keepRecent, literal } from './expressions.ts';
import { insertMissing } from './faults.ts';
import { linesOf } from './record.ts';
import type { Collections, Row } from './record.ts';

/** A conversation keeps its newest lines itself, up to so many or so many bytes; then all of them move away. */
const MOST_LINES = 100;
const MOST_BYTES = 32_768;

/** The transcripts: the newest lines stand in the conversation, where its commit puts them; the others in `lines`. */
export class Transcripts {
  readonly #in: Collections;

  constructor(collections: Collections) {
    this.#in = collections;
  }

  /** The row of new lines, the first of which has this number; null when there are none. */
  static row(lines: readonly NewLine[], first: number): Row | null {
    const [one] = lines;
    if (one === undefined) return null;
    const json = JSON.stringify(lines);
    const at = lines.reduce((latest, line) => Math.max(latest, line.at), one.at);
    return { first, last: first + lines.length - 1, at, bytes: Buffer.byteLength(json), json };
  }

  /** What a commit sets to add lines. Their numbers are the server's business. */
  static adding(lines: readonly NewLine[]): Readonly<Record<string, Expression>> {
    const row = Transcripts.row(lines, 1);
    if (row === null) return {};
    const { at, bytes, json } = row;
    const last = { $add: ['$lines', lines.length] };
    const added = { first: { $add: ['$lines', 1] }, last, at, bytes, json: literal(json) };
    return {
      lines: last,
      recent: { $concatArrays: ['$recent', [added]] },
      recentBytes: { $add: ['$recentBytes', bytes] },
    };
  }

  /** Lines above `after`. Looks where lines come from first, and then where they go, so that none is missed. */
  async page(id: string, after: number, limit: number): Promise<Line[]> {
    if (limit <= 0) return [];
    const newer = { $filter: { input: '$recent', cond: { $gt: ['$$this.last', after] } } };
    const [stored] = await this.#in.conversations
      .aggregate<{ spilled: number; recent: Row[] }>([
        { $match: { _id: id } },
        { $project: { spilled: 1, recent: { $slice: [newer, limit] } } },
      ])
      .toArray();
    if (stored === undefined) return [];
    const older = after < stored.spilled ? await this.#older(id, after, limit) : [];
    const rows = new Map([...older, ...stored.recent].map((row) => [row.last, row]));
    const lines = [...rows.values()].flatMap(linesOf).sort((a, b) => a.seq - b.seq);
    return lines.filter((line) => line.seq > after).slice(0, limit);
  }

  /** Moves the lines of a conversation away when it has grown too many. Any step may be repeated. True if the record is not what it was. */
  async spill(id: string, count: number, bytes: number): Promise<boolean> {
    if (count < MOST_LINES && bytes < MOST_BYTES) return false;
    const { conversations, lines } = this.#in;
    const stored = await conversations.findOne({ _id: id }, { projection: { recent: 1 } });
    const upTo = stored?.recent.at(-1)?.last;
    if (stored === null || upTo === undefined) return true;
    const rows = stored.recent.map((row) => ({ ...row, conversation: id }));
    await insertMissing(() => lines.insertMany(rows, { ordered: false }));
    await conversations.updateOne({ _id: id }, keepRecent({ $gt: ['$$this.last', upTo] }));
    return true;
  }

  /** Each row has a line at least, so as many rows as lines are enough. */
  #older(id: string, after: number, limit: number): Promise<Row[]> {
    return this.#in.lines
      .find({ conversation: id, last: { $gt: after } })
      .sort({ last: 1 })
      .limit(limit)
      .toArray();
  }
}
