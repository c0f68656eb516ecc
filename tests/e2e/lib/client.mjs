// A client of the gateway without a browser: opens a link with Node's own cryptography, and asks over DICOMweb.

import { hkdfSync } from 'node:crypto';

export async function openLink(link, more = {}) {
  const { origin, pathname, hash } = new URL(link);
  const id = pathname.split('/').at(-1);
  const key = Buffer.from(hash.slice(1).split('&')[0], 'base64url');
  const access = Buffer.from(hkdfSync('sha256', key, Buffer.from(id, 'base64url'), 'lightbox/1/access', 32)).toString('base64url');
  const answer = await fetch(`${origin}/api/films/${id}/open`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ access, recipient: 'test', protocol: 1, ...more }),
  });
  if (!answer.ok) throw new Error(`open: ${answer.status} ${await answer.text()}`);
  const { token, manifest } = await answer.json();
  const get = async (path, accept) => {
    const found = await fetch(`${origin}/dicom-web${path}`, { headers: { Authorization: `Bearer ${token}`, Accept: accept } });
    if (!found.ok) throw new Error(`${path}: ${found.status} ${await found.text()}`);
    return found;
  };
  return { manifest, token, get, origin };
}

// The instances of a series in the order in which they lie in space, as an outside reader of the metadata sees it.
export async function inOrder(client, study, series) {
  const answer = await client.get(`/studies/${study}/series/${series}/metadata`, 'application/dicom+json');
  const instances = await answer.json();
  const numbers = (instance, tag) => instance[tag]?.Value?.map(Number);
  const along = (instance) => {
    const [a, b, c, d, e, f] = numbers(instance, '00200037');
    const [x, y, z] = numbers(instance, '00200032');
    return x * (b * f - c * e) + y * (c * d - a * f) + z * (a * e - b * d);
  };
  return instances.sort((one, other) => along(one) - along(other)).map((instance) => instance['00080018'].Value[0]);
}
