import { absenceSuite } from './absence-suite.ts';

absenceSuite({ beatMs: 1_000, lifetimeMs: 2_500, originalsMissRatioMin: 0.1 });
