/**
 * What became of something. `imported`: it is there now. `unchanged`: it was there already. `adjusted`: it is there in another form,
 * `why` says which. `left out`: it is not there, `why` says the reason.
 */
export type ImportOutcome = 'imported' | 'unchanged' | 'adjusted' | 'left out';

/** One line of the report. */
export interface ImportLine {
  readonly area: 'settings' | 'integrations' | 'locations' | 'rules' | 'providers' | 'organisation' | 'entities' | 'owners';
  readonly what: string;
  readonly outcome: ImportOutcome;
  readonly why?: string;
}
