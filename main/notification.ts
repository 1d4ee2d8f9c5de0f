import { Notification } from 'electron';

/** The system shows it for as long as it is held: one that is collected takes its click with it. */
const shown = new Set<Notification>();

/** A notice of the operating system, where it has such. */
export function showNotification(text: { title: string; body: string }, clicked: () => void): void {
  if (!Notification.isSupported()) return;
  const notification = new Notification(text);
  shown.add(notification);
  const forget = () => shown.delete(notification);
  notification.on('close', forget);
  notification.on('failed', forget);
  notification.on('click', () => {
    forget();
    clicked();
  });
  notification.show();
}
