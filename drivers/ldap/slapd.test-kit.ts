import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const SLAPD = '/usr/sbin/slapd';

/** Why no real directory can be started here; undefined when one can. */
export const slapdMissing = existsSync(SLAPD) ? undefined : 'slapd is not installed (apt-get install slapd)';

export interface Slapd extends AsyncDisposable {
  readonly port: number;
  /** Certificate that its StartTLS answers with. */
  readonly certificate: string;
}

/** A real OpenLDAP server with this content on a loopback port, gone afterwards. */
export async function startSlapd(ldif: string, options: { sizeLimit?: number } = {}): Promise<Slapd> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-slapd-'));
  const inside = (name: string): string => path.join(folder, name);
  mkdirSync(inside('db'));
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost,IP:127.0.0.1',
      '-keyout',
      inside('key.pem'),
      '-out',
      inside('cert.pem'),
    ],
    { stdio: 'ignore' },
  );
  writeFileSync(
    inside('slapd.conf'),
    `include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
pidfile ${inside('pid')}
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile ${inside('cert.pem')}
TLSCertificateKeyFile ${inside('key.pem')}
database mdb
suffix "dc=acme,dc=example"
rootdn "cn=admin,dc=acme,dc=example"
rootpw secret
directory ${inside('db')}
limits dn.exact="cn=reader,dc=acme,dc=example" size.soft=${options.sizeLimit ?? 'unlimited'} size.hard=${options.sizeLimit ?? 'unlimited'} size.prtotal=unlimited
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="cn=reader,dc=acme,dc=example" read by * none
`,
  );
  writeFileSync(inside('data.ldif'), ldif);
  execFileSync('/usr/sbin/slapadd', ['-f', inside('slapd.conf'), '-l', inside('data.ldif')], { stdio: ['ignore', 'ignore', 'pipe'] });
  const port = await freePort();
  const child = spawn(SLAPD, ['-d', '0', '-h', `ldap://127.0.0.1:${port}`, '-f', inside('slapd.conf')], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (let i = 0; i < 200 && !(await answers(port)); i++) await sleep(25);
  return {
    port,
    certificate: inside('cert.pem'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

/** Acme's people and groups: nested, one group by names, one circle, one without members. */
export function acmeLdif(more = 0): string {
  const entries = [
    'dn: dc=acme,dc=example\nobjectClass: dcObject\nobjectClass: organization\no: Acme\ndc: acme',
    'dn: cn=reader,dc=acme,dc=example\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: reader\nuserPassword: reading',
    'dn: ou=people,dc=acme,dc=example\nobjectClass: organizationalUnit\nou: people',
    'dn: ou=groups,dc=acme,dc=example\nobjectClass: organizationalUnit\nou: groups',
    person('ana', 'Ana Ångström'),
    person('ben', 'Ben'),
    person('eve', 'Eve'),
    ...Array.from({ length: more }, (_, i) => person(`dev${i}`, `Dev ${i}`)),
    group('engineering', ['cn=platform,ou=groups,dc=acme,dc=example', 'cn=Product,ou=groups,dc=acme,dc=example']),
    group('platform', [
      'uid=ana,ou=people,dc=acme,dc=example',
      'UID=ben, ou=people, dc=acme, dc=example',
      'cn=runtime,ou=groups,dc=acme,dc=example',
    ]),
    group('runtime', ['uid=eve,ou=people,dc=acme,dc=example', 'cn=platform,ou=groups,dc=acme,dc=example']),
    group('Product', ['uid=gone,ou=people,dc=acme,dc=example']),
    'dn: cn=oncall,ou=groups,dc=acme,dc=example\nobjectClass: posixGroup\ncn: oncall\ngidNumber: 7\nmemberUid: ana\nmemberUid: nobody',
  ];
  return `${entries.join('\n\n')}\n`;
}

const person = (uid: string, name: string): string =>
  `dn: uid=${uid},ou=people,dc=acme,dc=example\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn:: ${Buffer.from(name).toString('base64')}\nsn: ${uid}\nmail: ${uid}@acme.example\nuserPassword: x`;
const group = (cn: string, members: readonly string[]): string =>
  `dn: cn=${cn},ou=groups,dc=acme,dc=example\nobjectClass: groupOfNames\ncn: ${cn}\ndescription: The ${cn} group\n${members.map((member) => `member: ${member}`).join('\n')}`;
