import { parseRef } from '@paved/kernel';

/** As people write it: the bare name of a group of the same namespace. */
function ownerWord(ownerRef: string, entityRef: string): string {
  const { kind, namespace, name } = parseRef(ownerRef);
  return kind === 'group' && namespace === parseRef(entityRef).namespace ? name : ownerRef;
}

/** Where an owner is set: the editor of the entity's document, which says where it is kept and who may change it there. */
export function setOwnerHref(entityRef: string, ownerRef?: string): string {
  const { kind, namespace, name } = parseRef(entityRef);
  const page = `/editing/${[namespace, kind, name].map(encodeURIComponent).join('/')}`;
  return ownerRef === undefined ? page : `${page}?${new URLSearchParams({ owner: ownerWord(ownerRef, entityRef) })}`;
}
