export { api, ApiError, call, onSignedOut, pathOf, withQuery, type Query } from './api.ts';
export { Avatar } from './avatar.tsx';
export { Board, type BoardCell, type BoardColumn, type BoardLane, type BoardRow } from './board.tsx';
export { BulkBar, type BulkAction } from './bulk-bar.tsx';
export { Button, IconButton, LinkButton } from './button.tsx';
export { useNow } from './clock.tsx';
export { CodeView, CopyLine } from './code-view.tsx';
export { commandKey } from './command-key.ts';
export { Combobox, type ComboOption } from './combobox.tsx';
export { Breadcrumb, CrumbsProvider, useCrumbs, type Crumb } from './crumbs.tsx';
export { DataTable, type Column } from './data-table.tsx';
export { downloadFrom, downloadPosted, downloadText } from './download.ts';
export { DestroyDialog, FormDialog } from './dialog.tsx';
export { Diff } from './lazy-diff.tsx';
export type { DiffAnswerFile, DiffLine } from './diff-lines.ts';
export { ActorName, EntityLink, EntityName } from './entity-link.tsx';
export { EntityTitlesProvider, useEntityTitle, useEntityTitles } from './entity-titles.tsx';
export {
  capital,
  entityHref,
  iconOf,
  isHostedService,
  isService,
  nameOf,
  related,
  repositoryOf,
  titleOf,
  typeWords,
} from './entity-words.ts';
export { Explain } from './explain.tsx';
export { Facets, FacetsButton, type FacetGroup, type FacetOption } from './facets.tsx';
export type { MapEdge, MapNode } from './graph-map-scene.ts';
export { lazyCode } from './lazy-code.tsx';
export { GraphMap } from './lazy-graph-map.tsx';
export { GraphView, type ChangeMark, type GraphEdge, type GraphNode } from './graph-view.tsx';
export { Icon, type IconType } from './icon.tsx';
export { KeyboardProvider, useKey } from './keyboard.tsx';
export { Link, TextLink, useGo } from './link.tsx';
export { LiveProvider, useEvents, useLiveSource, type Connection, type EventSourceOfTruth, type LiveEvent } from './live.tsx';
export { Loaded } from './loaded.tsx';
export { ListOptions, type ListField } from './list-options.tsx';
export { LongCode } from './long-code.tsx';
export { LogView, type LogLine } from './log-view.tsx';
export { PageActionsProvider, usePageActionList, usePageActions } from './page-actions.tsx';
export { matchesType } from './match-type.ts';
export { ModulesProvider, useModules } from './modules.tsx';
export { OffsetFoot, offsetOf } from './offset-foot.tsx';
export { PageFoot } from './page-foot.tsx';
export { PageHeader, TabLinks, type HeaderFact, type TabLink } from './page-header.tsx';
export type { MenuEntry } from './menu-entry.ts';
export { MoreMenu } from './more-menu.tsx';
export { paletteScore } from './palette-score.ts';
export { Palette, type PaletteThing } from './palette.tsx';
export type {
  EntityMenuEntry,
  EntityPart,
  EntityPartProps,
  EntityTab,
  EntityTabProps,
  EntityVersionAction,
  EntityVersionProps,
  LazyPage,
  NavigationItem,
  PaletteAction,
  PaletteSource,
  PortalModule,
  PortalRoute,
} from './portal-module.ts';
export { Prose } from './prose.tsx';
export { UiProvider } from './provider.tsx';
export { QueryField, type QueryToken } from './query-field.tsx';
export { Duration, RelativeTime } from './relative-time.tsx';
export { SchemaForm, type FormHint, type PickerSource } from './schema-form.tsx';
export { problemsOf, type Schema } from './json-schema.ts';
export { KeyValues, Notice, Section, Segments, Tag } from './section.tsx';
export { SettingsFrame } from './settings-frame.tsx';
export { SessionProvider, useHasRole, useMay, useMayAny, useOwnRefs, useSession, type Session } from './session.tsx';
export { createStored, pinned, recent, visited } from './shell-store.ts';
export { Mark, Shell } from './shell.tsx';
export { Bone, SkeletonPage, SkeletonRows, Skeletons } from './skeleton.tsx';
export { CrashedState, EmptyFilter, ErrorNotice, FailedState, OfflineBanner, State } from './state.tsx';
export { byWorst, Glyph, Status, statusOfRun, StatusPill, statusWord, type StatusName } from './status.tsx';
export { Steady } from './steady.tsx';
export { StepCard, Steps, type Step } from './steps.tsx';
export { EnvironmentStripSkeleton, Metric, Strip } from './strip.tsx';
export { bytes, clockTime, count, exactTime, longDay, plural, timeWords } from './time-words.ts';
export { toast, toastError } from './toast.tsx';
export { useRouteParams, useUrlState } from './url-state.ts';
export { useScrollBack } from './use-scroll-back.ts';
export { useCall, useChange, useData, useRefresh } from './use-data.ts';
export { usePhone } from './use-phone.ts';
export { useWindows, type Windows } from './use-windows.ts';
export { type RowGroup } from './windowed-rows.ts';
export { WindowedTable, type SortBy, type WindowedColumn } from './windowed-table.tsx';
