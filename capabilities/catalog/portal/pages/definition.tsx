import { CodeView, type EntityTabProps } from '@paved/ui';

/** The document behind the entity, with what the catalog added. */
export function Tab({ entity }: EntityTabProps) {
  return <CodeView text={JSON.stringify(entity, null, 2)} file="entity.json" numbers />;
}
