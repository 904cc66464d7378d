export { channel_is, language_is, window_open } from './contact.ts';
export { status_in, status_is, succeeded, timed_out } from './calls.ts';
export { date_between, date_eq, date_gt, date_gte, date_lt, date_lte, has_date } from './dates.ts';
export { has_time, time_between, weekday_in } from './times.ts';
export { has_location, has_media } from './attachments.ts';
export { has_email, has_no, has_phone, has_url, has_yes } from './entities.ts';
export { equals, equals_exactly, in, not_equals, not_in } from './equality.ts';
export { has_key, includes, includes_all, includes_any, length_eq, length_gt, length_lt } from './lists.ts';
export {
  has_number,
  number_between,
  number_eq,
  number_gt,
  number_gte,
  number_lt,
  number_lte,
  number_ne,
} from './numbers.ts';
export { matches, not_matches } from './pattern.ts';
export { has_text, is_empty, is_set } from './presence.ts';
export { contains, ends_with, not_contains, not_ends_with, not_starts_with, starts_with } from './text.ts';
export { has_all_words, has_any_word, has_no_word, has_only_phrase, has_phrase } from './words.ts';
