/** Sets an entry of a map that forgets what was set longest ago, so that memory stays bounded however long the server runs. */
export function remember<V>(map: Map<string, V>, limit: number, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= limit) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

/** A map that holds so many entries and forgets the oldest, see {@link remember}. */
export class Recent<V> {
  private readonly entries = new Map<string, V>();
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  get(key: string): V | undefined {
    return this.entries.get(key);
  }

  set(key: string, value: V): void {
    remember(this.entries, this.limit, key, value);
  }
}
