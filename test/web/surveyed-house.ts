/** A house with an overview of it. */
import type { MonitorState } from '../../src/lifecycle/monitor-machine.ts';
import type { Peer } from '../../src/model/peer.ts';
import { type Surroundings, UNDISTURBED } from '../../src/model/surroundings.ts';
import { RegistryMembers } from '../../src/monitor/members.ts';
import { RegistrySurveyed } from '../../src/monitor/registry-surveyed.ts';
import { Warnings } from '../../src/web/warnings.ts';
import { House, type HouseOptions, TUNING } from '../support/builders.ts';

/** A registry with a virtual clock, surveyed. */
export class SurveyedHouse extends House {
  readonly surveyed: RegistrySurveyed;
  readonly warnings = new Warnings();
  monitorState: MonitorState = 'complete';
  surroundings: Surroundings = UNDISTURBED;
  expected: readonly Peer[] = [];

  constructor(options: HouseOptions = {}) {
    super(options);
    const { clock, registry, membership, store, warnings } = this;
    const surroundings = () => this.surroundings;
    const members = new RegistryMembers({
      registry,
      membership,
      tuning: TUNING,
      clock,
      realm: 'default',
      surroundings,
    });
    const expected = { unheard: () => this.expected };
    const state = () => this.monitorState;
    this.surveyed = new RegistrySurveyed({
      identity: 'own',
      realm: 'default',
      surroundings,
      clock,
      store,
      members,
      warnings,
      state,
      expected,
    });
  }
}

/** Does all steps at once. @returns the result, and how many steps it took */
export function taken<T>(steps: Generator<void, T>): { result: T; stepCount: number } {
  let stepCount = 0;
  for (;;) {
    const { done, value } = steps.next();
    if (done) return { result: value, stepCount };
    stepCount += 1;
  }
}
