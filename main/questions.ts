import { type BrowserWindow, dialog, type MessageBoxOptions } from 'electron';
import type { StartQuestions } from './start-gateway.ts';

interface Asked<Answer> extends Pick<MessageBoxOptions, 'type' | 'message' | 'detail' | 'signal'> {
  /** What each button means, in their order; the first one is the default, the last one is meant by closing. */
  buttons: readonly (readonly [label: string, answer: Answer])[];
  window?: BrowserWindow | undefined;
}

/** Asks in a dialog of the system: it works before there is a page, and when there is no page any more. */
export async function ask<Answer>({ buttons, window, ...question }: Asked<Answer>): Promise<Answer | undefined> {
  const options: MessageBoxOptions = {
    title: 'LLM Gateway',
    noLink: true,
    ...question,
    buttons: buttons.map(([label]) => label),
    defaultId: 0,
    cancelId: buttons.length - 1,
  };
  const { response } = await (window?.isVisible()
    ? dialog.showMessageBox(window, options)
    : dialog.showMessageBox(options));
  return buttons[response]?.[1];
}

/** What is asked when the gateway cannot start as it should. `ready`: dialogs can be shown from here on. */
export function startQuestions(ready: Promise<unknown>, portChosen: (port: number) => void): StartQuestions {
  return {
    portChosen,
    async portTaken({ port, holder, free, tools }) {
      await ready;
      const answer = await ask({
        type: 'warning',
        message: `Port ${port} is taken${holder ? ` by ${holder}` : ''}.`,
        detail:
          `Your tools call LLM Gateway on port ${port}. Stop the other program and try again, so that they find it. ` +
          `Or use port ${free} from now on: ` +
          (tools.length > 0
            ? `${tools.join(', ')} will be pointed at it. Others that you have`
            : 'tools that you have') +
          ` pointed at ${port} by hand must then be pointed at ${free}.`,
        buttons: [
          ['Try Again', 'retry'],
          [`Use Port ${free}`, 'other'],
          ['Quit', 'quit'],
        ] as const,
      });
      return answer ?? 'quit';
    },
    async failed(sentence) {
      await ready;
      const answer = await ask({
        type: 'error',
        message: 'LLM Gateway cannot start.',
        detail: sentence,
        buttons: [
          ['Try Again', 'retry'],
          ['Quit', 'quit'],
        ] as const,
      });
      return answer ?? 'quit';
    },
  };
}
