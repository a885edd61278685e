/** The pages of the overview as markup, drawn from what they say. They hold no script: a browser asks anew by itself. */
import { REMEMBERED_MS } from '../model/limits.ts';
import { textOfStranger } from '../model/notice-text.ts';
import { durationOf } from './durations.ts';
import { type Html, html } from './html.ts';
import { eachOf } from './steps.ts';
import type {
  ClusterRow,
  ClusterSurvey,
  DetailedRow,
  Head,
  InstanceRow,
  MonitorRow,
  StrangerRow,
  Survey,
  WarningRow,
} from './survey.ts';

/** A browser asks anew this often, s. */
const REFRESH_SECONDS = 5;

/** Draws `/`, in steps. @param isInspected whether the inspector is served beside it */
export function* surveyHtml(survey: Survey, isInspected: boolean): Generator<void, string> {
  const { identity, drawnAt, warnings, clusters, clusterCount, monitors, monitorCount } = survey;
  const isLoud = ({ kind, saidAt }: WarningRow) =>
    kind === 'identityTaken' && drawnAt - saidAt < REMEMBERED_MS;
  const quiet = warnings.filter((warning) => !isLoud(warning) && warning.kind !== 'stranger');
  const monitorRows = yield* eachOf(monitors, (row) => monitorHtml(row, drawnAt));
  return pageHtml(identity, survey, [
    survey.isIsolated ? ISOLATED : html``,
    ...warnings.filter(isLoud).map((warning) => alarmHtml(warning, drawnAt)),
    html`<h1>Clusters <small>${clusterCount}</small></h1>`,
    tableHtml(CLUSTER_HEAD, yield* eachOf(clusters, clusterHtml), clusterCount),
    html`<h1>Monitors <small>${monitorCount}</small></h1>`,
    tableHtml(MONITOR_HEAD, monitorRows, monitorCount),
    survey.strangers.length === 0 ? html`` : strangersHtml(survey.strangers, drawnAt),
    quiet.length === 0 ? html`` : warningsHtml(quiet, drawnAt),
    isInspected ? INSPECTOR : NO_INSPECTOR,
  ]);
}

/** Draws `/cluster/NAME`, in steps. */
export function* clusterHtmlOf(survey: ClusterSurvey<InstanceRow>): Generator<void, string> {
  const rows = yield* eachOf(survey.instances, instanceHtml);
  const link = html`<a href="${survey.detailsPath}">details</a>`;
  return instancesHtml(survey, link, tableHtml(INSTANCE_HEAD, rows, survey.instanceCount));
}

/** Draws `/cluster_details/NAME`, in steps. */
export function* detailsHtmlOf(survey: ClusterSurvey<DetailedRow>): Generator<void, string> {
  const rows = yield* eachOf(survey.instances, (row) => detailedHtml(row, survey.drawnAt));
  const link = html`<a href="${survey.path}">ids and infos only</a>`;
  return instancesHtml(survey, link, tableHtml(DETAILED_HEAD, rows, survey.instanceCount));
}

const CLUSTER_HEAD = html`<th>Cluster</th><th class="number">Instances</th><th class="number">In doubt</th><th></th>`;
const MONITOR_HEAD = html`<th>Monitor</th><th>State</th><th>Address</th><th>Last heard</th><th class="number">Instances</th>`;
const INSTANCE_HEAD = html`<th>Id</th><th>Info</th>`;
const DETAILED_HEAD = html`<th>Id</th><th>Monitor</th><th>State</th><th>For</th><th>Ends in</th><th>Info</th>`;
const INSPECTOR = html`<p class="hint"><a href="/inspector">Live inspector</a>: each chart as it moves.</p>`;
const NO_INSPECTOR = html`<p class="hint">The live inspector is off. It is turned on by <code>vagus run --inspect</code>, or
<code>inspect: yes</code> in section <code>[web]</code> of vagus.ini.</p>`;
const ISOLATED = html`<p class="alarm" role="alert">This monitor is isolated: it hears less than half of the monitors that it
expects, so the fault may be its own. It calls nobody dead, and what it lists of other hosts may be out of date.</p>`;
const INCOMPLETE = html`<p class="hint">This monitor has just started: it does not know all yet.</p>`;

function clusterHtml({ name, path, detailsPath, instanceCount, suspectCount }: ClusterRow): Html {
  const doubt =
    suspectCount > 0 ? html`<td class="number" data-state="suspect">${suspectCount}</td>` : html`<td></td>`;
  return html`<tr><td><a href="${path}">${name}</a></td><td class="number">${instanceCount}</td>${doubt}<td class="tight"><a href="${detailsPath}">details</a></td></tr>`;
}

function monitorHtml(row: MonitorRow, drawnAt: number): Html {
  const { identity, isOwn, address, state, reason, heardAt, instanceCount } = row;
  const verdict = isOwn ? html`<td>this one</td>` : stateHtml(state, reason);
  const heard = heardAt === null ? 'never' : ago(heardAt, drawnAt);
  return html`<tr><td>${identity}</td>${verdict}<td>${address}</td><td class="tight">${isOwn ? '' : heard}</td><td class="number">${instanceCount}</td></tr>`;
}

function instanceHtml({ id, info }: InstanceRow): Html {
  return html`<tr><td>${id}</td><td>${info}</td></tr>`;
}

function detailedHtml(row: DetailedRow, drawnAt: number): Html {
  const { id, monitor, state, reason, sinceAt, endOfLifeAt, info } = row;
  return html`<tr><td>${id}</td><td>${monitor}</td>${stateHtml(state, reason)}<td class="tight">${durationOf(drawnAt - sinceAt)}</td><td class="tight">${durationOf(endOfLifeAt - drawnAt)}</td><td>${info}</td></tr>`;
}

function alarmHtml({ text, saidAt }: WarningRow, drawnAt: number): Html {
  return html`<p class="alarm" role="alert">${text} <small>(${ago(saidAt, drawnAt)})</small></p>`;
}

function warningsHtml(warnings: readonly WarningRow[], drawnAt: number): Html {
  const lines = warnings.map(
    ({ text, saidAt }) => html`<li>${text} <small>${ago(saidAt, drawnAt)}</small></li>`,
  );
  return html`<h1>Warnings <small>${warnings.length}</small></h1><ul>${lines}</ul>`;
}

function strangersHtml(strangers: readonly StrangerRow[], drawnAt: number): Html {
  const lines = strangers.map(({ realm, monitorCount, address, heardAt }) => {
    const text = textOfStranger({ realm: realm ?? undefined, monitorsCount: monitorCount });
    return html`<li>${text} <small>${address}, ${ago(heardAt, drawnAt)}</small></li>`;
  });
  return html`<h1>Other realms <small>${strangers.length}</small></h1><ul>${lines}</ul>`;
}

function stateHtml(state: string, reason: string): Html {
  return html`<td class="tight" data-state="${state}">${state} <small>${reason}</small></td>`;
}

function instancesHtml(survey: ClusterSurvey<unknown>, link: Html, table: Html): string {
  const { cluster, instanceCount } = survey;
  return pageHtml(cluster, survey, [
    html`<h1>${cluster} <small>${instanceCount}</small> ${link}</h1>`,
    table,
  ]);
}

function tableHtml(head: Html, rows: readonly Html[], count: number): Html {
  if (count === 0) return html`<p class="hint">none</p>`;
  const more = count > rows.length ? html`<p class="hint">and ${count - rows.length} more</p>` : '';
  return html`<table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table>${more}`;
}

function pageHtml(title: string, { identity, realm, state }: Head, main: readonly Html[]): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="${REFRESH_SECONDS}">
<title>${title} · vagus</title>
<link rel="icon" href="/overview.svg">
<link rel="stylesheet" href="/overview.css">
</head>
<body>
<header><a href="/">${identity}</a><p>vagus monitor · realm ${realm} · ${state}</p></header>
<main>${state === 'complete' ? '' : INCOMPLETE}${main}</main>
</body>
</html>
`.text;
}

function ago(at: number, drawnAt: number): string {
  return `${durationOf(drawnAt - at)} ago`;
}
