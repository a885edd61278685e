/** The overview of a host's daemon, as data. */
import { once } from 'node:events';
import type { Survey } from '../../src/web/survey.ts';
import type { Host, Network } from './namespaces.ts';

const REQUEST = 'GET / HTTP/1.0\r\nHost: localhost\r\nAccept: application/json\r\n\r\n';

/** Asks for it. */
export async function surveyOn(network: Network, host: Host): Promise<Survey> {
  const nc = network.spawn(host, ['nc', '-q', '1', network.clientAddressOf(host), '8724']);
  let answer = '';
  nc.stdout!.on('data', (bytes) => {
    answer += bytes;
  });
  nc.stdin!.end(REQUEST);
  await once(nc, 'close');
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
}
