/** One thing that was looked at for `parley doctor`: how it is, in one sentence, and what to do about it. */
export interface Finding {
  /** `note`: works, and somebody may want to know. `problem`: does not work, or is not safe. */
  readonly state: 'ok' | 'note' | 'problem';
  readonly text: string;
  readonly fix?: string;
}

/** It is as it should be. */
export function ok(text: string): Finding {
  return { state: 'ok', text };
}

/** It works, and somebody may want to know. */
export function note(text: string, fix?: string): Finding {
  return { state: 'note', text, ...(fix === undefined ? {} : { fix }) };
}

/** It does not work, or is not safe; `fix` says what to do. */
export function problem(text: string, fix: string): Finding {
  return { state: 'problem', text, fix };
}

/** A number and what it counts, such as `1 flow` or `2 flows`. */
export function many(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
