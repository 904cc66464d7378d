import { shownId } from '../domain/contact.ts';
import type { TurnReport } from '../conversation/runner.ts';
import type { TurnEvent } from '../domain/event.ts';
import { formatDiagnostic } from '../flow/diagnostic.ts';
import type { Loaded } from '../flow/library.ts';
import type { Facts, Log } from '../log/logger.ts';
import type { DeliveryReport } from '../outbox/sender.ts';

/** One line per turn, and one for each thing a flow's author should look at. No message texts. */
export function reportTurn(log: Log, turn: TurnReport): void {
  const { conversation, events, carried } = turn;
  if (log.shows('info')) log.info('turn', factsOf(turn));
  if (carried !== undefined) log.info('carried over', { conversation: shownId(conversation.id), how: carried });
  if (log.shows('debug')) reportLines(log, turn);
  for (const event of events) {
    if (event.kind === 'error')
      log.warn('block failed', {
        conversation: shownId(conversation.id),
        code: event.code,
        block: event.block,
        reason: event.text,
      });
  }
}

function factsOf({ conversation, entry, lines, ms }: TurnReport): Facts {
  const { session } = conversation;
  const where =
    session === null ? { flow: null } : { flow: session.flow, block: session.block, waits: session.wait.for };
  const said = lines.filter((line) => line.kind === 'out').length;
  return {
    conversation: shownId(conversation.id),
    entry: entry.kind,
    id: entry.id,
    ...where,
    said,
    ms: Math.round(ms * 10) / 10,
  };
}

/** What was said, for who looks for a mistake. */
function reportLines(log: Log, { conversation, lines }: TurnReport): void {
  for (const line of lines) {
    if (line.kind === 'in' || line.kind === 'out') {
      log.debug(line.kind, { conversation: shownId(conversation.id), seq: line.seq, text: line.message.text ?? '' });
    }
  }
}

/** One line per delivery. */
export function reportDelivery(log: Log, delivery: DeliveryReport): void {
  const { conversation, key, result, reason, team, attempts, ms } = delivery;
  if (result === 'sent' && !log.shows('info')) return;
  const facts = {
    conversation: shownId(conversation),
    key,
    result,
    attempts,
    ms: Math.round(ms * 10) / 10,
    ...(team === undefined ? {} : { team }),
    ...(reason === undefined ? {} : { reason }),
  };
  if (result === 'sent') log.info('delivery', facts);
  else log.warn('delivery', facts);
}

/** What a load of the flows folder found. Hints are for `parley check`. */
export function reportLoad(log: Log, loaded: Loaded): void {
  for (const found of loaded.diagnostics) {
    // One happening, one line: the hint follows on it.
    const line = formatDiagnostic(found).replaceAll(/\s*\n\s*/g, '; ');
    if (found.severity === 'error') log.error(line);
    else if (found.severity === 'warning') log.warn(line);
  }
  for (const file of loaded.kept) log.warn(`${file} does not check: its last good version stays live`);
  if (loaded.changed.length > 0) log.info('flows are live', { changed: loaded.changed.join(',') });
}

/** A turn's steps in words, for `--trace`. */
export function traceLines(events: readonly TurnEvent[]): string[] {
  return events.map(traceLine);
}

function traceLine(event: TurnEvent): string {
  switch (event.kind) {
    case 'session_started':
      return `flow ${event.flow} starts`;
    case 'session_ended':
      return `flow ${event.flow} is over (${event.how})`;
    case 'block_entered':
      return `▸ ${event.block} (${event.type})`;
    case 'rule_tested':
      return `  rule ${event.rule}: ${event.reason}`;
    case 'variable_set':
      return `  ${event.name} = ${JSON.stringify(event.value).slice(0, 200)}`;
    case 'call_requested':
      return `  ${event.method} ${event.url}`;
    case 'call_finished':
      return `  ${event.result}`;
    case 'event_raised':
      return `  raises ${event.event} ${JSON.stringify(event.data).slice(0, 200)}`;
    case 'flow_started':
      return `  starts flow ${event.flow} for ${shownId(event.contact)}`;
    case 'note':
      return `  note: ${event.text}`;
    case 'error':
      return `  error ${event.code}: ${event.text}`;
  }
}
