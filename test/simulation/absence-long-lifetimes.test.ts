import { absenceSuite } from './absence-suite.ts';

absenceSuite({ beatMs: 500, lifetimeMs: 5_000, originalsMissRatioMin: 0.03 });
