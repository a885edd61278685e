/**
 * The overview: who is known to this monitor, at the paths that the original's second process had. Drawn when it is asked
 * for, as markup for browsers and as JSON for whoever asks for that.
 */
import { inSlices } from '../time/in-slices.ts';
import { nameIn } from './cluster-path.ts';
import { clusterHtmlOf, detailsHtmlOf, surveyHtml } from './overview-html.ts';
import type { Draw, Page } from './server.ts';
import { clusterOf, detailsOf, surveyOf } from './survey.ts';
import type { Surveyed } from './surveyed.ts';

/** Draws the pages of the overview. @param isInspected whether the inspector is served beside it */
export function overviewOf(surveyed: Surveyed, isInspected: boolean): Draw {
  return (path, accept) => {
    const drawn = <Data>(data: Steps<Data>, htmlOf: (data: Data) => Steps<string>) =>
      inSlices(() => pageOf(data, htmlOf, accept), surveyed.clock);
    if (path === '/') return drawn(surveyOf(surveyed), (survey) => surveyHtml(survey, isInspected));
    const [, kind, encoded] = /^\/(cluster|cluster_details)\/(.*)$/s.exec(path) ?? [];
    if (encoded === undefined) return 404;
    const name = nameIn(encoded);
    if (name === undefined) return 400;
    if (kind === 'cluster') return drawn(clusterOf(name, surveyed), clusterHtmlOf);
    return drawn(detailsOf(name, surveyed), detailsHtmlOf);
  };
}

/** Something that is made in steps. */
type Steps<Made> = Generator<void, Made>;

function* pageOf<Data>(
  gather: Steps<Data>,
  htmlOf: (data: Data) => Steps<string>,
  accept: string,
): Steps<Page> {
  const data = yield* gather;
  if (qualityOf('application/json', accept) > qualityOf('text/html', accept))
    return { type: 'application/json', body: JSON.stringify(data) };
  return { type: 'text/html; charset=utf-8', body: yield* htmlOf(data) };
}

/** How much a type is wanted, by its own name: 0 when it is not named. */
function qualityOf(type: string, accept: string): number {
  const range = accept.split(',').find((each) => each.split(';')[0]!.trim().toLowerCase() === type);
  if (range === undefined) return 0;
  return Number(/;\s*q=([\d.]+)/i.exec(range)?.[1] ?? 1);
}
