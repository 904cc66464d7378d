/** The one table of coded errors: the HTTP status an API answers and what to do about it. */
export const ERRORS = {
  bad_request: { status: 400, hint: 'docs/http-api.md shows each request with an example.' },
  unauthorized: { status: 401, hint: 'Send a token as `Authorization: Bearer <token>`.' },
  forbidden: { status: 403, hint: 'Use a token that has this scope; `parley tokens list` shows them.' },
  not_found: { status: 404, hint: 'Check the id.' },
  conflict: { status: 409, hint: 'Load the current state and try again.' },
  too_large: { status: 413, hint: 'Send less in one request.' },
  busy: { status: 503, hint: 'Nothing was accepted; send the same request again after a moment.' },
  internal: { status: 500, hint: 'The server log has the cause.' },
  bad_config: { status: 500, hint: 'See .env.example for every setting and its default.' },
  data_dir_in_use: { status: 500, hint: 'Stop the other process, or give this one its own DATA_DIR.' },
  port_in_use: { status: 500, hint: 'Stop the other process, or set PORT to a free one.' },
  bad_flow: { status: 500, hint: 'Run `parley check` to see every problem with its line.' },
  wrong_use: { status: 400, hint: 'Run the command with --help.' },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** An expected fault. Anything else that is thrown is a bug and is logged with its stack. */
export class ParleyError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, hint?: string) {
    super(message);
    this.name = 'ParleyError';
    this.code = code;
    this.hint = hint ?? ERRORS[code].hint;
  }

  /** The HTTP status an API answers with. */
  get status(): number {
    return ERRORS[this.code].status;
  }
}

/** A value that no variable may have; fails the block that made it, unless the block has a way out of its own. */
export class TooLarge extends Error {}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
