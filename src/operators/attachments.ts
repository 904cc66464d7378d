import { z } from 'zod';
import { isObject, own } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';
import { NO_MATCH, OperatorError } from './operator.ts';
import type { Operator } from './operator.ts';
import { found, match, textsArgument } from './verdicts.ts';

const KINDS = ['image', 'audio', 'video', 'document'] as const;
const DEGREES = /(?<![\d.])(-?\d{1,2}(?:\.\d{1,15})?)\s?[,;]\s?(-?\d{1,3}(?:\.\d{1,15})?)(?![\d.])/;

/** A shared location: the object, a message with one, or "4.6,-74.1" in a text. The match has latitude and longitude. */
export const has_location: Operator = {
  summary: 'There is a location: shared in the message, or as latitude and longitude in the text.',
  group: 'entity',
  subject: 'message',
  example: '{ value: "@message", has_location: true, next: route }',
  prepare: () => (value) => found(typeof value === 'string' ? locationInText(value) : locationOf(value)),
};

/** A picture, recording, film or file: one, a list of them, or a message with attachments. The match is the first. */
export const has_media: Operator = {
  summary: 'There is an attachment; image, audio, video or document, or a list of these, asks for the kind.',
  group: 'entity',
  subject: 'message',
  argument: z.union([z.literal(true), z.enum(KINDS), z.array(z.enum(KINDS)).min(1)]),
  example: '{ value: "@message", has_media: [image, document], next: check_it }',
  prepare(argument) {
    const kinds: ReadonlySet<Json | undefined> = new Set(
      argument === true || argument === null ? KINDS : textsArgument(argument),
    );
    for (const kind of kinds)
      if (!KINDS.some((known) => known === kind)) throw new OperatorError(`needs true or ${KINDS.join(', ')}`);
    return (value) => {
      const media = mediaIn(value).find((one) => kinds.has(own(one, 'type')) && typeof own(one, 'url') === 'string');
      return media === undefined ? NO_MATCH : match(media);
    };
  },
};

function mediaIn(value: Json | undefined): readonly Json[] {
  if (Array.isArray(value)) return value;
  const attachments = own(value, 'attachments');
  if (Array.isArray(attachments)) return attachments;
  return isObject(value) ? [value] : [];
}

function locationOf(value: Json | undefined): Json {
  const inner = own(value, 'location');
  const place = isObject(inner) ? inner : value;
  return isObject(place) && inRange(own(place, 'latitude'), own(place, 'longitude')) ? place : null;
}

function locationInText(text: string): Json {
  const hit = DEGREES.exec(text);
  const [latitude, longitude] = [Number(hit?.[1]), Number(hit?.[2])];
  return inRange(latitude, longitude) ? { latitude, longitude } : null;
}

function inRange(latitude: Json | undefined, longitude: Json | undefined): boolean {
  return (
    typeof latitude === 'number' &&
    typeof longitude === 'number' &&
    Math.abs(latitude) <= 90 &&
    Math.abs(longitude) <= 180
  );
}
