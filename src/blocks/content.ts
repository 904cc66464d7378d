import { z } from 'zod';
import type { Media, Option, Outbound } from '../domain/message.ts';
import type { Scope } from '../domain/turn.ts';
import type { Kit, Path, Text } from './block.ts';

const option = z.union([
  z.string().min(1),
  z.strictObject({ id: z.string().min(1).optional(), label: z.string().min(1), description: z.string().optional() }),
]);

/** Options as authors write them: labels, or labels with ids and descriptions. */
export const optionsSchema = z.array(option).min(1);

const mediaFields = { caption: z.string().optional(), filename: z.string().optional() };

/** One picture, sound, film or document by its address. */
export const mediaSchema = z.union([
  z.strictObject({ image: z.string(), ...mediaFields }),
  z.strictObject({ audio: z.string(), ...mediaFields }),
  z.strictObject({ video: z.string(), ...mediaFields }),
  z.strictObject({ document: z.string(), ...mediaFields }),
]);

type AuthoredOptions = z.output<typeof optionsSchema>;
type AuthoredMedia = z.output<typeof mediaSchema>;

/** Compiles the options under a key; an id that is not given is the label as written. */
export function compileOptions(options: AuthoredOptions, kit: Kit, ...key: Path): (scope: Scope) => Option[] {
  const compiled = options.map((written, i) => {
    const { label, id, description } =
      typeof written === 'string' ? { label: written, id: undefined, description: undefined } : written;
    const at = typeof written === 'string' ? [...key, i] : [...key, i, 'label'];
    return {
      id: id ?? label,
      label: kit.text(label, at),
      description: description === undefined ? undefined : kit.text(description, [...key, i, 'description']),
    };
  });
  return (scope) =>
    compiled.map(({ id, label, description }) => ({
      id,
      label: label(scope),
      ...(description === undefined ? {} : { description: description(scope) }),
    }));
}

/** Compiles `media`. An address that is no http(s) URL once filled in is left out, with a note in the trace. */
export function compileMedia(media: AuthoredMedia, kit: Kit): (scope: Scope) => Media | undefined {
  const { type, source } = kindOf(media);
  const url = kit.text(source, ['media', type]);
  const caption = media.caption === undefined ? undefined : kit.text(media.caption, ['media', 'caption']);
  const filename = media.filename;
  return (scope) => {
    const address = url(scope);
    if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) {
      if (scope.tracing)
        scope.record({ kind: 'note', block: kit.id, text: `the ${type} has no http(s) address, so it is left out` });
      return undefined;
    }
    return {
      type,
      url: address,
      ...(caption === undefined ? {} : { caption: caption(scope) }),
      ...(filename === undefined ? {} : { filename }),
    };
  };
}

function kindOf(media: AuthoredMedia): { type: Media['type']; source: string } {
  if ('image' in media) return { type: 'image', source: media.image };
  if ('audio' in media) return { type: 'audio', source: media.audio };
  return 'video' in media ? { type: 'video', source: media.video } : { type: 'document', source: media.document };
}

/** The parts that `message` and `question` share, compiled. */
export interface Parts {
  readonly text?: string | undefined;
  readonly media?: AuthoredMedia | undefined;
  readonly buttons?: AuthoredOptions | undefined;
  readonly quick_replies?: AuthoredOptions | undefined;
}

/** Compiles a message; a text alone, the usual case, costs one closure. */
export function compileContent(parts: Parts, kit: Kit): (scope: Scope) => Outbound {
  const text: Text | undefined = parts.text === undefined ? undefined : kit.text(parts.text, ['text']);
  const media = parts.media === undefined ? undefined : compileMedia(parts.media, kit);
  const buttons = parts.buttons === undefined ? undefined : compileOptions(parts.buttons, kit, 'buttons');
  const replies =
    parts.quick_replies === undefined ? undefined : compileOptions(parts.quick_replies, kit, 'quick_replies');
  if (text !== undefined && media === undefined && buttons === undefined && replies === undefined)
    return (scope) => ({ text: text(scope) });
  return (scope) => {
    const sent = media?.(scope);
    return {
      ...(text === undefined ? {} : { text: text(scope) }),
      ...(sent === undefined ? {} : { media: sent }),
      ...(buttons === undefined ? {} : { buttons: buttons(scope) }),
      ...(replies === undefined ? {} : { quick_replies: replies(scope) }),
    };
  };
}
