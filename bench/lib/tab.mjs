// How much memory a tab takes.

import { readFileSync, readdirSync } from 'node:fs';

// Proportional set size of the tab's process: the largest of the renderers, since the browser keeps empty ones ready.
// `pictures` is the part that it shares with other processes: on its way to the screen, above all.
export function tabMemory(pid) {
  let largest = { total: 0, pictures: 0 };
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8');
      if (!command.includes('--type=renderer') || !isChild(entry, pid)) continue;
      const text = readFileSync(`/proc/${entry}/smaps_rollup`, 'utf8');
      const megabytes = (name) => (Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) * 1024) / 1e6;
      if (megabytes('Pss') > largest.total) largest = { total: megabytes('Pss'), pictures: megabytes('Pss_Shmem') };
    } catch { /* the process ended meanwhile */ }
  }
  return largest;
}

export const tabMegabytes = (pid) => tabMemory(pid).total;

function isChild(pid, ancestor) {
  for (let at = Number(pid); at > 1;) {
    if (at === ancestor) return true;
    at = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${at}/status`, 'utf8'))[1]);
  }
  return false;
}
