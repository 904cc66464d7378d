import { speaks } from '../conversation/routing.ts';
import type { LiveFlows } from '../conversation/routing.ts';
import { messageOf } from '../domain/error.ts';
import type { Inbox } from '../inbox/accept.ts';
import { Schedules } from '../inbox/schedules.ts';
import type { Scheduled } from '../inbox/schedules.ts';
import type { Log } from '../log/logger.ts';
import type { Store } from '../store/store.ts';

/** The clock that starts flows. */
export function schedulesOf(parts: {
  store: Store;
  flows: LiveFlows;
  inbox: Inbox;
  log: Log;
  now(): number;
}): Schedules {
  const { store, flows, inbox, log } = parts;
  return new Schedules({
    store,
    scheduled: () => scheduledFlows(flows),
    accept: (contact, entry) => inbox.post(contact, entry),
    now: () => parts.now(),
    fired: ({ flow, cron, timezone }, contacts) => log.info('schedule', { flow, cron, timezone, contacts }),
    failed: (error) => log.error('a schedule could not be looked at', { reason: messageOf(error) }),
  });
}

/** The schedules of all live flows; each starts its flow only on the channels that the flow speaks. */
function scheduledFlows(flows: LiveFlows): Scheduled[] {
  return flows.all().flatMap((flow) =>
    flow.triggers.flatMap((trigger) => {
      if (trigger.kind !== 'schedule') return [];
      const { cron, timezone } = trigger;
      const audience: Scheduled['audience'] = (contact, now) =>
        speaks(flow, contact.channel) && trigger.audience(contact, now);
      return [{ id: `${flow.id}/${cron}/${timezone}`, flow: flow.id, cron, timezone, audience }];
    }),
  );
}
