/** The registry as the text protocol asks about it. */
import test from 'ava';
import { bytesOf } from '../../src/model/names.ts';
import { RegistryMembers } from '../../src/monitor/members.ts';
import { House, Sender, TUNING } from '../support/builders.ts';

test('realms are ours with the monitors that are listed, and then the strange ones, by the wall clock', (t) => {
  const house = new House();
  const { clock, registry, membership } = house;
  const heardAt = clock.now();
  const at = { address: '10.0.0.9', heardAt };
  const strangers = [
    { realm: 'stäging\n', monitorsCount: 4, ...at },
    { realm: undefined, monitorsCount: 1, ...at },
  ];
  const surroundings = () => ({ isIsolated: false, strangers });
  const members = new RegistryMembers({
    registry,
    membership,
    tuning: TUNING,
    clock,
    realm: 'é',
    surroundings,
  });
  new Sender(house, { monitor: 'peer' }).announce({});
  clock.advanceBy(1_000);
  const now = clock.wallNow();
  t.deepEqual(members.realms(), [
    { monitorsCount: 2, lastSeenMs: now, realm: bytesOf('é') },
    { monitorsCount: 4, lastSeenMs: now - 1_000, realm: bytesOf('stäging\\u000a') },
    { monitorsCount: 1, lastSeenMs: now - 1_000, realm: '' },
  ]);
});

test('where nobody else was found there is our realm alone', (t) => {
  const { registry, membership, clock } = new House();
  const members = new RegistryMembers({ registry, membership, tuning: TUNING, clock, realm: 'default' });
  t.deepEqual(
    members.realms().map(({ realm, monitorsCount }) => [realm, monitorsCount]),
    [['default', 1]],
  );
});
