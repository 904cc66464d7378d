import type { ChannelHost } from '../../src/channel/channel.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import type { Inbound, Outbound } from '../../src/domain/message.ts';
import { answerTo } from './answer.ts';
import { readObject } from './body.ts';
import type { Files } from './files.ts';
import { assertStored, sendJson } from './http.ts';
import type { Exchange } from './http.ts';
import { readSaid } from './said.ts';
import { entryId } from './render.ts';
import { described } from './sent-file.ts';
import { sessionOf } from './session.ts';

/** How far back the label of a pressed button is looked for; past that the id has to do. */
const LABEL_LINES = 50;

/** `POST /api/chat/:session/messages`: stores what the visitor says, then answers what the turn said to it. */
export async function say(
  host: ChannelHost,
  files: Files,
  name: string,
  { request, response }: Exchange,
): Promise<void> {
  const { id: session, conversation } = await sessionOf(host, name);
  const said = readSaid(await described(files, session, await readObject(request)));
  const id = entryId(said.id ?? host.id());
  const message = await labelled(host, session, conversation, said.message);
  const receipt = await host.accept(session, { kind: 'message', id, at: host.now(), message });
  assertStored(receipt);
  const answer = await answerTo(host, session, id, {
    receipt,
    before: conversation,
    language: conversation.contact.language,
  });
  sendJson(response, answer.pending === true ? 202 : 200, answer);
}

/** A choice with the words the visitor saw: the label of the button, so that flows can match either. */
async function labelled(
  host: ChannelHost,
  session: string,
  conversation: Conversation,
  message: Inbound,
): Promise<Inbound> {
  if (message.choice === undefined) return message;
  const lines = await host.conversations.transcript(session, Math.max(0, conversation.lines - LABEL_LINES));
  const labels = lines.map((line) => (line.kind === 'out' ? labelIn(line.message, message.choice) : undefined));
  return { ...message, text: labels.findLast((label) => label !== undefined) ?? message.choice };
}

function labelIn(message: Outbound, choice: string | undefined): string | undefined {
  const options = [...(message.buttons ?? []), ...(message.list?.options ?? []), ...(message.quick_replies ?? [])];
  return options.find((option) => option.id === choice)?.label;
}
