import { type BrowserWindow, dialog, type MessageBoxOptions } from 'electron';
import type { Translate } from './messages.ts';
import type { StartQuestions } from './start-gateway.ts';

interface Asked<Answer> extends Pick<MessageBoxOptions, 'type' | 'message' | 'detail' | 'signal'> {
  /** What each button means, in their order; the last one is meant by closing. */
  buttons: readonly (readonly [label: string, answer: Answer])[];
  /** What Enter means. A dialog that comes up while one types must do no harm. */
  byEnter: NoInfer<Answer>;
  window?: BrowserWindow | undefined;
}

/** Asks in a dialog of the system: it works before there is a page, and when there is no page any more. */
export async function ask<Answer>({
  buttons,
  byEnter,
  window,
  ...question
}: Asked<Answer>): Promise<Answer | undefined> {
  const options: MessageBoxOptions = {
    title: 'LLM Gateway',
    noLink: true,
    ...question,
    buttons: buttons.map(([label]) => label),
    defaultId: buttons.findIndex(([, answer]) => answer === byEnter),
    cancelId: buttons.length - 1,
  };
  const { response } = await (window?.isVisible()
    ? dialog.showMessageBox(window, options)
    : dialog.showMessageBox(options));
  return buttons[response]?.[1];
}

/** What is asked when the gateway cannot start as it should. `ready`: dialogs can be shown from here on. */
export function startQuestions(
  ready: Promise<unknown>,
  translate: () => Translate,
  portChosen: (port: number) => void,
): StartQuestions {
  return {
    portChosen,
    async portTaken({ port, holder, free, tools }) {
      await ready;
      const t = translate();
      const about = [t('start.portAbout', { port, free })];
      if (tools.length > 0) about.push(t('start.portTools', { tools: tools.join(', '), free }));
      const answer = await ask({
        type: 'warning',
        message: holder ? t('start.portTakenBy', { port, holder }) : t('start.portTaken', { port }),
        detail: about.join(' '),
        buttons: [
          [t('action.tryAgain'), 'retry'],
          [t('start.usePort', { free }), 'other'],
          [t('action.quit'), 'quit'],
        ] as const,
        byEnter: 'retry',
      });
      return answer ?? 'quit';
    },
    async failed(sentence) {
      await ready;
      const t = translate();
      const answer = await ask({
        type: 'error',
        message: t('start.failed'),
        detail: sentence,
        buttons: [
          [t('action.tryAgain'), 'retry'],
          [t('action.quit'), 'quit'],
        ] as const,
        byEnter: 'retry',
      });
      return answer ?? 'quit';
    },
  };
}
