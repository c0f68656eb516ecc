// How much memory a tab takes.

import { readFileSync, readdirSync } from 'node:fs';

// Proportional set size of the tab's process: the largest of the renderers, since the browser keeps empty ones ready.
export function tabMegabytes(pid) {
  let largest = 0;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8');
      if (!command.includes('--type=renderer') || !isChild(entry, pid)) continue;
      const pss = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${entry}/smaps_rollup`, 'utf8'));
      largest = Math.max(largest, Number(pss?.[1] ?? 0) * 1024);
    } catch { /* the process ended meanwhile */ }
  }
  return largest / 1e6;
}

function isChild(pid, ancestor) {
  for (let at = Number(pid); at > 1;) {
    if (at === ancestor) return true;
    at = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${at}/status`, 'utf8'))[1]);
  }
  return false;
}
