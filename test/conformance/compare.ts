import { type Answer, type Ask, type Got, type Json, object, type Result, type Turn } from './meaning.ts';
import type { ClientName } from './rows.ts';

/** A difference between what was said and what was heard; `field` is where. */
export interface Difference {
  field: string;
  why: string;
}

const short = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 160);

/** What the provider was asked against what the client had asked; fields that the client left out are the gateway's to fill. */
export function compareAsk(asked: Ask, sent: Ask): Difference[] {
  const seen = forced(asked, sent);
  const failed = (ask: Ask) => resultsOf(ask).filter(({ isError }) => isError === true).length;
  const lost = failed(asked) === failed(seen) ? [] : [{ field: 'isError', why: 'a failed result does not say so' }];
  const others = (Object.keys(asked) as (keyof Ask)[]).flatMap((field) => {
    // A picture of a result may stand behind the results, with a word that says whose it is.
    if (field === 'turns' && resultsOf(asked).some(({ image }) => image !== undefined))
      return flatten(asked.turns).every((line) => flatten(seen.turns).includes(line))
        ? []
        : [{ field, why: 'a line is missing' }];
    const [want, have] = [meaningOf(field, asked), meaningOf(field, seen)];
    return want === have || (field === 'effort' && seen.effort === ('on' as string))
      ? []
      : [{ field, why: `asked ${short(want)}, sent ${short(have)}` }];
  });
  return [...lost, ...others];
}

/** To be made to call the one tool that there is, is to be forced to it. */
function forced(asked: Ask, seen: Ask): Ask {
  const [tool] = seen.tools ?? [];
  const isForced = typeof asked.toolChoice === 'object' && asked.toolChoice.name === tool?.name;
  if (!isForced || seen.toolChoice !== 'required' || seen.tools?.length !== 1) return seen;
  return { ...seen, ...(asked.tools && { tools: asked.tools }), toolChoice: { name: tool?.name ?? '' } };
}

const resultsOf = ({ turns }: Ask): Result[] => turns.flatMap((turn) => (turn.role === 'tool' ? turn.results : []));

function meaningOf(field: keyof Ask, ask: Ask): string {
  const value = ask[field];
  if (field === 'turns') return JSON.stringify(flatten(ask.turns));
  if (field === 'tools')
    return JSON.stringify(ask.tools?.map((tool) => [tool.name, tool.description, shape(tool.schema)]));
  if (field === 'schema') return ask.schema === undefined ? 'nothing' : shape(ask.schema.schema);
  return JSON.stringify(value) ?? 'nothing';
}

/** Names and types of a schema; each provider has its own way to say the rest. */
function shape(schema: Json): string {
  const properties = Object.entries(object(schema.properties)).map(([name, of]) => [
    name,
    String(object(of).type).toLowerCase(),
  ]);
  return JSON.stringify([String(schema.type).toLowerCase(), properties, schema.required ?? []]);
}

/** Who says what, one line each; ids become the place of their call. */
function flatten(turns: Turn[]): string[] {
  const places = new Map<string, number>();
  return turns.flatMap((turn) => {
    if (turn.role === 'user') return turn.parts.map((part) => `user ${JSON.stringify(part)}`);
    if (turn.role === 'tool') return turn.results.map(({ id, text }) => `result ${places.get(id)} ${text}`);
    const said = turn.text ? [`assistant ${turn.text}`] : [];
    return [
      ...said,
      ...(turn.calls ?? []).map(({ id, name, input }) => {
        places.set(id, places.size);
        return `call ${places.get(id)} ${name} ${JSON.stringify(input)}`;
      }),
    ];
  });
}

/** How each client is told of an end (docs/dialects.md, "Finish reasons"). */
const ENDS: Partial<Record<ClientName, Partial<Record<Answer['stop'], Answer['stop']>>>> = {
  Anthropic: { filter: 'refusal' },
};

export function compareAnswer(answer: Answer, got: Got, client: ClientName): Difference[] {
  const differences: Difference[] = got.faults.map((why) => ({ field: 'form', why }));
  const check = (field: string, want: unknown, have: unknown): void => {
    if (JSON.stringify(want) !== JSON.stringify(have))
      differences.push({ field, why: `said ${short(want)}, heard ${short(have)}` });
  };
  // Who has no words for a refusal hears it as text.
  const isPlain = client === 'Anthropic' || client === 'Gemini';
  const refused = answer.refusal !== undefined;
  check('text', isPlain && refused ? answer.refusal : answer.text, got.text);
  if (!isPlain) check('refusal', answer.refusal, got.refusal);
  check('reasoning', answer.reasoning?.text, got.reasoning?.text);
  check(
    'calls',
    answer.calls?.map(({ name, input }) => [name, input]),
    got.calls?.map(({ name, input }) => [name, input]),
  );
  const ids = (got.calls ?? []).map(({ id }) => id);
  if (ids.includes('') || new Set(ids).size !== ids.length)
    differences.push({ field: 'ids', why: `ids of calls are ${short(ids)}` });
  if (!got.id) differences.push({ field: 'id', why: 'the answer has no id' });
  if (!refused) check('stop', ENDS[client]?.[answer.stop] ?? answer.stop, got.stop);
  for (const field of ['input', 'output', 'cacheRead', 'cacheWrite', 'reasoning'] as const)
    check(`usage.${field}`, answer.usage[field] ?? 0, got.usage?.[field] ?? 0);
  return differences;
}
