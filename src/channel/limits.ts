/** What a channel can show. Numbers count characters as the contact sees them; `buttons: 0` means it has none. */
export interface Limits {
  readonly text: number;
  readonly caption: number;
  readonly buttons: number;
  readonly buttonLabel: number;
  readonly list: number;
  readonly listLabel: number;
}
