import type { Settings, SettingsPatch } from '../../../contract/settings.ts';

/** What a part of the page gets. */
export interface SettingsPart {
  settings: Settings;
  /** Changes some; `back` is what takes the change back. */
  onChange(patch: SettingsPatch, back: SettingsPatch): void;
}

export const MIB = 1024 * 1024;
