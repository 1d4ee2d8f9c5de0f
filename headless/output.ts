import { defaultPort } from './arguments.ts';

/** What there is to say once the gateway answers. */
export interface Readiness {
  url: string;
  /** Only when it was made at this start: it cannot be shown again. */
  gatewayKey: string | null;
  ownerToken: string;
  dataDirectory: string;
  /** Opens the dashboard and signs one browser in. Undefined where no dashboard is built. */
  signInLink: string | undefined;
}

interface Readout extends Readiness {
  /** Names of the environment variables that gave provider keys. */
  variables: string[];
  /** True while no provider key is configured and the demo provider answers. */
  demo: boolean;
}

/** The one line of `--json`. */
export function readyLine({ url, gatewayKey, ownerToken, dataDirectory, signInLink }: Readiness): string {
  return `${JSON.stringify({ url, gatewayKey, ownerToken, dataDir: dataDirectory, dashboard: signInLink })}\n`;
}

/** The few lines that a person reads at start. The curl line works as it stands in sh, bash and zsh. */
export function readyText(readout: Readout): string {
  const lines = [`LLM Gateway answers at ${readout.url}`];
  if (readout.gatewayKey) lines.push(`Gateway key, shown only now: ${readout.gatewayKey}`);
  else lines.push('Gateway keys: as made before. Another one: npm start -- --new-key NAME');
  if (readout.signInLink) lines.push(`Dashboard, signed in once within ten minutes: ${readout.signInLink}`);
  lines.push(providersLine(readout), `Data: ${readout.dataDirectory}`, '', 'Try it:', `  ${curlLine(readout)}`, '');
  return `${lines.join('\n')}\n`;
}

function providersLine({ variables, demo }: Readout): string {
  if (variables.length > 0) return `Provider keys from the environment, for this run: ${variables.join(', ')}`;
  if (demo)
    return 'No provider key yet: the demo provider answers. Set OPENAI_API_KEY, ANTHROPIC_API_KEY or GEMINI_API_KEY.';
  return 'Provider keys: as stored.';
}

function curlLine({ url, gatewayKey }: Readout): string {
  const body = { model: 'auto', messages: [{ role: 'user', content: 'Say hello in five words.' }] };
  const key = gatewayKey ?? '$LLM_GATEWAY_KEY';
  return (
    `curl -s ${url}/v1/chat/completions -H "Authorization: Bearer ${key}" ` +
    `-H "Content-Type: application/json" -d '${JSON.stringify(body)}'`
  );
}

export const helpText = `LLM Gateway: one local address for every LLM tool on this machine.

Usage: npm start -- [flags]
       npm run --silent serve -- --json
       npm run --silent config -- export     print providers, aliases and settings as a configuration file
       npm run --silent connect -- codex     point a tool at the gateway; shows the change and asks first
       npm run --silent connect -- --list    tools on this machine, and whether they are pointed here
       npm run --silent disconnect -- codex  put a tool back as it was; --all for every tool, as before uninstalling
       npm run --silent models -- update     look for new models and prices now
       npm run --silent models -- diff       show what that would change; with OLD.json NEW.json what differs in those

Flags
  --port N         port to listen on (${defaultPort}); 0 takes a free one
  --host A         address to listen on (127.0.0.1)
  --data-dir DIR   where database, keys and ledger lie
  --new-key NAME   make another gateway key and show it once
  --config FILE    providers, aliases and settings from a JSON file
  --models M       with connect: auto routes the names of models that are built into the tool, keep obeys them (keep)
  --repoint        with connect: give all connected tools the present address
  --yes            with connect and disconnect: do not ask
  --json           when ready, one line of JSON on stdout
  --version        print the version
  --help           print this

Environment
  LLM_GATEWAY_OWNER_TOKEN   the token for /api and /rpc (else the file owner-token in the data directory)
  LLM_GATEWAY_DATA_DIR      as --data-dir
  OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY or GOOGLE_API_KEY,
  COHERE_ (or CO_), GROQ_, MISTRAL_, DEEPSEEK_, XAI_, OPENROUTER_, TOGETHER_, CEREBRAS_API_KEY
                                                          provider keys, for this run only
  OPENAI_BASE_URL, ANTHROPIC_BASE_URL, GEMINI_BASE_URL,
  OLLAMA_BASE_URL, LMSTUDIO_BASE_URL, VLLM_BASE_URL                          where those providers answer
`;
