import { Menu, type MenuItemConstructorOptions } from 'electron';

/** Without it macOS knows no Copy and Paste; elsewhere the bar stays hidden and only its shortcuts count. */
export function setApplicationMenu(platform: NodeJS.Platform): void {
  const roles: MenuItemConstructorOptions['role'][] = ['fileMenu', 'editMenu', 'viewMenu', 'windowMenu'];
  if (platform === 'darwin') roles.unshift('appMenu');
  Menu.setApplicationMenu(Menu.buildFromTemplate(roles.map((role) => ({ role: role as NonNullable<typeof role> }))));
}
