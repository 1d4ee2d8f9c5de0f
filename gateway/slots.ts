/**
 * A map for values that come and go with every request. V8's Map leaves its entries behind in the old table each time that it is
 * rebuilt; once such a table is old, a full collection alone frees them. So the Map here holds numbers, and the values lie in an array
 * whose places are used again.
 */
export interface Slots<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): void;
}

export function createSlots<T>(): Slots<T> {
  const places = new Map<string, number>();
  const values: (T | undefined)[] = [];
  const free: number[] = [];
  return {
    get(key) {
      const place = places.get(key);
      return place === undefined ? undefined : values[place];
    },
    set(key, value) {
      const place = places.get(key) ?? free.pop() ?? values.length;
      places.set(key, place);
      values[place] = value;
    },
    delete(key) {
      const place = places.get(key);
      if (place === undefined) return;
      places.delete(key);
      values[place] = undefined;
      free.push(place);
    },
  };
}
