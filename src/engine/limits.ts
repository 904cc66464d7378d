/** Blocks that one turn may enter: a flow that goes round stops here with a clear error. */
export const MAX_BLOCKS_PER_TURN = 100;

/** Blocks that one session may enter in its life. */
export const MAX_VISITS = 1000;

/** Longest text of a contact that a flow sees, in UTF-16 units. */
export const MAX_INBOUND_TEXT = 16_384;

/** How deep flows may call each other. */
export const MAX_DEPTH = 10;

/** Characters, and values inside, that one variable may hold: an answer of an API fits, a flow that doubles its texts does not. */
export const MAX_VALUE = 600_000;

/** Milliseconds that a resume token leads to its session at least; whether it is still taken, the session says. */
export const RESUME_KEPT = 30 * 86_400_000;

/** How often flows may pass on to each other by events and starts before somebody outside has to do something. */
export const MAX_HOPS = 20;

/** Milliseconds of silence after which a conversation that a person took over goes back to its flow. */
export const TAKEOVER_MS = 60 * 60_000;

/** The same for all variables of a flow together: a conversation is one record, and a record has its limits. */
export const MAX_VARIABLES = 3_000_000;

/** Smaller values than this are not counted together. */
export const LARGE_VALUE = 20_000;
