/** A mistake that `parley check` finds, and the way out of it. */
export interface Example {
  /** How to mend it, in a sentence or two. */
  readonly mend: string;
  /** File names and their texts. The first has the finding. */
  readonly files: Readonly<Record<string, string>>;
  /** Makes the shown text one that has the finding, where that would be too long to show. */
  readonly grow?: (text: string) => string;
}

/** Examples by the code they show. */
export type Examples = Readonly<Record<string, Example>>;

/** An example of one flow, and of others that it needs. */
export function example(mend: string, flow: string, others: Readonly<Record<string, string>> = {}): Example {
  const files = { 'flows/example.yaml': flow, ...others };
  return {
    mend,
    files: Object.fromEntries(Object.entries(files).map(([name, text]) => [name, text.replace(/^\n/, '')])),
  };
}
