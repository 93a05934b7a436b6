/** How this machine's people write a shortcut: "⌘K" or "Ctrl K". */
export const commandKey = (key: string): string => (/Mac|iPhone|iPad/.test(navigator.platform) ? `⌘${key}` : `Ctrl ${key}`);
