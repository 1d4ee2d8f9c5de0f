/** A message with its `{names}` filled in; one of two forms, `one|many`, is chosen by `count`. */
export type Translate<Key extends string> = (key: Key, values?: Record<string, string | number>) => string;

export type Tables<Key extends string> = Record<'en' | 'es', Record<Key, string>>;

/** Speaks a language (BCP 47) by its table. Languages without one get English, with numbers of their own. */
export function speakBy<Key extends string>(tables: Tables<Key>, language: string): Translate<Key> {
  const table = language.startsWith('es') ? tables.es : tables.en;
  const numbers = new Intl.NumberFormat(language, { useGrouping: true });
  return (key, values = {}) => {
    const [one = '', many = one] = table[key].split('|');
    const form = values.count === undefined || values.count === 1 ? one : many;
    return form.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      return name === 'count' && typeof value === 'number' ? numbers.format(value) : String(value ?? whole);
    });
  };
}
