/** What a monitor says by itself, and when. */
import test from 'ava';
import { Air, MeshHouse } from '../support/mesh-house.ts';

test('a beacon fits its frame, whatever changed before it and whatever the name', (t) => {
  for (let infoBytes = 0; infoBytes <= 255; infoBytes += 15) {
    const air = new Air();
    const a = MeshHouse.started(air, 'a', { identity: 'm'.repeat(255), keys: ['a key that nobody guesses'] });
    for (let at = 0; at < 4; at += 1) a.keepAlive(`${at}`, 60_000, 'i'.repeat(infoBytes));
    t.notThrows(() => air.clock.advanceBy(3_000));
    t.true(air.flights.every(({ bytes }) => bytes.length <= 1_200));
  }
});

test('what changed faster than it can be told is left to pulls', (t) => {
  const air = new Air();
  const a = MeshHouse.started(air, 'a');
  for (let at = 0; at < 5_000; at += 1) a.keepAlive(`${at}`, 600_000);
  air.clock.advanceBy(5_000);
  for (let at = 0; at < 20_000; at += 1) {
    a.keepAlive(`brief-${at}`);
    a.withdraw(`brief-${at}`);
  }
  air.clock.advanceBy(5_000);
  air.flights.length = 0;
  air.clock.advanceBy(5_000);
  t.is(air.said('changes').length, 0);
});
