// Calls each method of Xóm with grpc-js, which knows nothing of it but the
// protos, and checks the answers. Usage:
//   node call_each_method.mjs PROTO_DIR HOST:PORT PHONE_CODE_FILE
// Prints one line a method; exits with 1 when anything is not as it should be.

import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {createRequire} from 'node:module';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';

const protobuf = createRequire(import.meta.url)('protobufjs');

const [protoDir, address, phoneCodeFile] = process.argv.slice(2);
const DEADLINE_MS = 30_000;
const HERE = {latitude: 10.77, longitude: 106.7};
const GROCERIES = 'categories/groceries';

const files = [
  ...readdirSync(join(protoDir, 'xom/v1')).map((name) => `xom/v1/${name}`),
  'google/rpc/status.proto', 'google/rpc/error_details.proto',
  'grpc/health/v1/health.proto',
];
const definition = protoLoader.loadSync(files, {
  includeDirs: [protoDir],
  keepCase: true,
  longs: Number,
  enums: String,
  defaults: true,
  oneofs: true,
});
const packages = grpc.loadPackageDefinition(definition);
const {xom: {v1}, grpc: {health: {v1: health}}} = packages;

// What a test has called; at the end it must be all that there is.
const called = new Set();
const clients = new Map();

function clientOf(Service) {
  if (!clients.has(Service)) {
    clients.set(Service,
                new Service(address, grpc.credentials.createInsecure()));
  }
  return clients.get(Service);
}

function deadline() {
  return {deadline: Date.now() + DEADLINE_MS};
}

function note(path, text) {
  called.add(path);
  console.log(`${path.padEnd(52)} ${text}`);
}

// A unary call: its answer, or rejects with the error.
function call(Service, method, request = {}, headers = {}) {
  const path = Service.service[method].path;
  const metadata = new grpc.Metadata();
  for (const [name, value] of Object.entries(headers)) {
    metadata.set(name, value);
  }
  return new Promise((resolve, reject) => {
    const settle = (error, reply) => {
      if (error) {
        reject(error);
      } else {
        note(path, 'ok');
        resolve(reply);
      }
    };
    clientOf(Service)[method](request, metadata, deadline(), settle);
  });
}

// A stream: calls `onMessage` with each message until it returns true.
function follow(Service, method, request, onMessage) {
  const path = Service.service[method].path;
  return new Promise((resolve, reject) => {
    const stream = clientOf(Service)[method](request, deadline());
    let messages = 0;
    let done = false;
    stream.on('data', async (message) => {
      ++messages;
      try {
        if (!done && await onMessage(message, messages)) {
          done = true;
          note(path, `ok, ${messages} messages`);
          stream.cancel();
          resolve(message);
        }
      } catch (error) {
        done = true;
        stream.cancel();
        reject(error);
      }
    });
    stream.on('error', (error) => {
      if (!done) reject(error);
    });
    stream.on('end', () => {
      if (!done) reject(new Error(`${path} ended by itself`));
    });
  });
}

// The details of an error, by type, as any client takes them apart.
function detailsOf(error) {
  const root = new protobuf.Root().loadSync([
    'google/rpc/status.proto', 'google/rpc/error_details.proto',
  ].map((name) => join(protoDir, name)), {keepCase: true});
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  const status = root.lookupType('google.rpc.Status').decode(bytes);
  const details = {};
  for (const any of status.details) {
    const name = any.type_url.split('/').pop();
    const type = root.lookupType(name);
    details[name] = type.toObject(type.decode(any.value), {defaults: true});
  }
  return details;
}

async function expectError(promise, code, reason) {
  const error = await promise.then(
      () => assert.fail(`expected ${reason}`), (e) => e);
  assert.equal(error.code, code, error.message);
  const details = detailsOf(error);
  assert.equal(details['google.rpc.ErrorInfo'].reason, reason);
  assert.equal(details['google.rpc.ErrorInfo'].domain, 'xom');
  return details;
}

async function categories() {
  const list = await call(v1.CategoryService, 'ListCategories');
  assert.deepEqual(list.categories.map((c) => c.name), [
    'categories/necessities', 'categories/medical-advice', GROCERIES,
    'categories/school-supplies',
  ]);
  const created = await call(v1.CategoryService, 'CreateCategory', {
    category_id: 'water',
    category: {display_names: {vi: 'Nước', en: 'Water'}},
    request_id: randomUUID(),
  });
  assert.equal(created.name, 'categories/water');
  const updated = await call(v1.CategoryService, 'UpdateCategory', {
    category: {...created, display_names: {en: 'Drinking water'}},
    update_mask: {paths: ['display_names']},
  });
  assert.deepEqual(updated.display_names, {en: 'Drinking water'});
}

async function needs() {
  const service = v1.NeedService;
  const request = {
    need_id: 'rice',
    need: {
      categories: [GROCERIES],
      lines: [{item: 'gạo', quantity: 5, unit: 'kg'}],
      urgency: 'URGENCY_HIGH',
      place: {location: HERE, address: 'secret alley'},
      contact: {phone_number: '+84912345678'},
    },
    request_id: randomUUID(),
  };
  const created = await call(service, 'CreateNeed', request);
  assert.equal(created.name, 'needs/rice');
  assert.equal(created.state, 'STATE_OPEN');
  assert.equal(created.place, null);
  assert.equal(created.contact, null);
  assert.notDeepEqual(created.public_location, HERE);
  assert.deepEqual(await call(service, 'CreateNeed', request), created);
  // It is told to who creates, and to nobody else.
  assert.match(created.access_code, /^[0-9A-Z]{3}(-[0-9A-Z]{3}){2}$/);
  created.access_code = '';
  const got = await call(service, 'GetNeed', {name: created.name});
  assert.deepEqual(got, created);
  const list = await call(service, 'ListNeeds', {
    region: {circle: {center: HERE, radius_meters: 2000}},
    states: ['STATE_OPEN'],
  });
  assert.deepEqual(list.needs, [created]);
  const updated = await call(service, 'UpdateNeed', {
    need: {name: created.name, situation: 'Hết gạo.', etag: created.etag},
  });
  assert.equal(updated.situation, 'Hết gạo.');
  assert.notEqual(updated.etag, created.etag);
  const renewed = await call(service, 'RenewNeed', {name: created.name});
  assert.equal(renewed.state, 'STATE_OPEN');
}

async function endNeeds() {
  const service = v1.NeedService;
  const need = {categories: [GROCERIES], place: {location: HERE}};
  const other = await call(service, 'CreateNeed', {need});
  const cancelled = await call(service, 'CancelNeed', {name: other.name});
  assert.equal(cancelled.state, 'STATE_CANCELLED');
  const closed = await call(service, 'CloseNeed', {name: 'needs/rice'});
  assert.equal(closed.state, 'STATE_CLOSED');
}

async function offers() {
  const service = v1.OfferService;
  const created = await call(service, 'CreateOffer', {
    offer_id: 'van',
    offer: {
      categories: [GROCERIES],
      place: {location: HERE},
      service_radius_meters: 5000,
      contact: {other_channel: 'zalo: van'},
    },
  });
  assert.equal(created.state, 'STATE_ACTIVE');
  assert.equal(created.contact, null);
  assert.deepEqual(await call(service, 'GetOffer', {name: created.name}),
                   created);
  const list = await call(service, 'ListOffers', {page_size: 1});
  assert.deepEqual(list.offers, [created]);
  const updated = await call(service, 'UpdateOffer', {
    offer: {name: created.name, capacity: 3},
    update_mask: {paths: ['capacity']},
  });
  assert.equal(updated.capacity, 3);
  const paused = await call(service, 'PauseOffer', {name: created.name});
  assert.equal(paused.state, 'STATE_PAUSED');
  const resumed = await call(service, 'ResumeOffer', {name: created.name});
  assert.equal(resumed.state, 'STATE_ACTIVE');
}

async function claims() {
  const service = v1.ClaimService;
  const {name} = await call(v1.NeedService, 'CreateNeed', {
    need: {
      categories: [GROCERIES],
      lines: [{item: 'gạo', quantity: 5, unit: 'kg'}],
      place: {location: HERE},
    },
  });
  const offer = 'offers/van';
  const claimed = await call(service, 'ClaimNeed', {
    name,
    offer,
    lines: [{line_index: 0, quantity: 2}],
    lease_duration: {seconds: 3600},
    request_id: randomUUID(),
  });
  assert.equal(claimed.state, 'STATE_ACTIVE');
  assert.equal(claimed.offer, offer);
  const held = {name: claimed.name, fencing_token: claimed.fencing_token};
  assert.deepEqual(await call(service, 'GetClaim', {name: claimed.name}),
                   claimed);
  const list = await call(service, 'ListClaims', {parent: 'needs/-', offer});
  assert.deepEqual(list.claims, [claimed]);
  const got = await call(v1.NeedService, 'GetNeed', {name});
  assert.deepEqual(got.coverage, [
    {asked: 5, promised: 2, delivered: 0, confirmed: 0, open: 3},
  ]);
  const renewed = await call(service, 'RenewClaim', held);
  assert.equal(renewed.renewal_count, 1);
  const stale = {...held, fencing_token: held.fencing_token + 1};
  await expectError(call(service, 'ReleaseClaim', stale),
                    grpc.status.ABORTED, 'FENCING_TOKEN_STALE');
  const released = await call(service, 'ReleaseClaim', {
    ...held,
    reason: 'RELEASE_REASON_OUT_OF_STOCK',
  });
  assert.equal(released.state, 'STATE_RELEASED');
  const all = await call(service, 'ClaimNeed', {name, offer});
  await expectError(call(service, 'ClaimNeed', {name, offer}),
                    grpc.status.FAILED_PRECONDITION, 'ALREADY_CLAIMED');
  const delivered = await call(service, 'MarkDelivered', {
    name: all.name,
    fencing_token: all.fencing_token,
  });
  assert.equal(delivered.state, 'STATE_DELIVERED');
  const confirmed = await call(service, 'ConfirmDelivery', {
    name: all.name,
    outcome: 'OUTCOME_RECEIVED',
  });
  assert.equal(confirmed.lines[0].received_quantity, 5);
  const met = await call(v1.NeedService, 'GetNeed', {name});
  assert.equal(met.state, 'STATE_CLOSED');
}

async function manyClaims() {
  const service = v1.ClaimService;
  const need = {
    categories: [GROCERIES],
    urgency: 'URGENCY_CRITICAL',
    place: {location: HERE},
  };
  const needs = [
    await call(v1.NeedService, 'CreateNeed', {need}),
    await call(v1.NeedService, 'CreateNeed', {need}),
  ];
  await call(v1.OfferService, 'CreateOffer', {
    offer_id: 'bikes',
    offer: {categories: [GROCERIES], place: {location: HERE}, capacity: 9},
  });
  await call(v1.OfferService, 'CreateOffer', {
    offer_id: 'truck',
    offer: {categories: [GROCERIES], place: {location: HERE}, capacity: 9},
  });
  const {claims: made} = await call(service, 'BatchClaim', {
    offer: 'offers/bikes',
    min_urgency: need.urgency,
  });
  assert.equal(made.length, 2);
  const round = await call(service, 'PlanRound', {offer: 'offers/bikes'});
  assert.deepEqual(round.stops.map((stop) => stop.claim).sort(),
                   made.map((claim) => claim.name).sort());
  const {name} = made[0];
  const asked = await call(service, 'RequestHandover',
                           {name, offer: 'offers/truck'});
  assert.equal(asked.fencing_token, 0);
  const given = await call(service, 'AnswerHandover', {
    name,
    fencing_token: made[0].fencing_token,
    answer: 'ANSWER_GIVE',
  });
  assert.equal(given.release_reason, 'RELEASE_REASON_HANDED_OVER');
  const again = await call(service, 'ReassignClaim', {name: made[1].name});
  assert.ok(again.fencing_token > made[1].fencing_token);
  for (const {name: each} of needs) {
    await call(v1.NeedService, 'CancelNeed', {name: each});
  }
  for (const each of ['offers/bikes', 'offers/truck']) {
    await call(v1.OfferService, 'CloseOffer', {name: each});
  }
}

// What is private of a need: who sees it, who saw it, and its end.
async function details() {
  const service = v1.NeedService;
  const {name, access_code} = await call(service, 'CreateNeed', {
    need_id: 'private',
    need: {
      categories: [GROCERIES],
      place: {location: HERE, address: 'the blue gate'},
    },
  });
  const code = {'xom-access-code': access_code};
  const claim = await call(v1.ClaimService, 'ClaimNeed',
                           {name, offer: 'offers/van'});
  const seen = await call(v1.ClaimService, 'RevealClaim', {
    name: claim.name,
    fencing_token: claim.fencing_token,
  });
  assert.equal(seen.place.address, 'the blue gate');
  await expectError(call(service, 'RevealNeed', {name}),
                    grpc.status.UNAUTHENTICATED, 'CREDENTIALS_MISSING');
  const own = await call(service, 'RevealNeed', {name}, code);
  assert.deepEqual(own.place, seen.place);
  const looks = await call(service, 'ListReveals', {parent: name}, code);
  assert.deepEqual(looks.reveals, [own.reveal, seen.reveal]);
  const erased = await call(service, 'EraseNeed', {name}, code);
  assert.equal(erased.state, 'STATE_CANCELLED');
  assert.ok(erased.erase_time);
  await expectError(call(service, 'RevealNeed', {name}, code),
                    grpc.status.FAILED_PRECONDITION, 'ERASED');
}

async function supplyPoints() {
  const service = v1.SupplyPointService;
  const created = await call(service, 'CreateSupplyPoint', {
    supply_point_id: 'shop',
    supply_point: {
      display_name: 'Bếp Nhà',
      categories: [GROCERIES],
      place: {location: HERE},
      charge: 'CHARGE_FREE',
      hours: {
        time_zone: 'Asia/Ho_Chi_Minh',
        weekly_spans: [{
          day: 'MONDAY',
          span: {open_minute: 480, close_minute: 1020},
        }],
      },
    },
  });
  const name = created.name;
  assert.deepEqual(await call(service, 'GetSupplyPoint', {name}), created);
  const list = await call(service, 'ListSupplyPoints');
  assert.equal(list.supply_points.length, 1);
  const updated = await call(service, 'UpdateSupplyPoint', {
    supply_point: {name, description: 'The blue gate.'},
  });
  assert.equal(updated.description, 'The blue gate.');
  const reported = await call(service, 'ReportAvailability', {
    name,
    availability: 'AVAILABILITY_CROWDED',
  });
  assert.equal(reported.availability, 'AVAILABILITY_CROWDED');
}

async function matches() {
  const service = v1.MatchService;
  const nearest = {point: HERE, k: 5};
  const needs = await call(service, 'FindNearestNeeds', nearest);
  assert.equal(needs.needs[0].need.name, 'needs/rice');
  assert.ok(needs.needs[0].distance_meters < 300);
  const offers = await call(service, 'FindNearestOffers', nearest);
  assert.equal(offers.offers[0].offer.name, 'offers/van');
  assert.equal(offers.offers[0].distance_meters, 0);
  const points = await call(service, 'FindNearestSupplyPoints', nearest);
  assert.equal(points.supply_points[0].supply_point.name,
               'supplyPoints/shop');
  const matches = await call(service, 'FindMatches',
                             {offer: 'offers/van', k: 5});
  assert.equal(matches.matches[0].need.name, 'needs/rice');
  assert.match(matches.matches[0].reason, /^groceries, /);
}

async function watches() {
  let list = [];
  const milk = 'needs/milk';
  const last = await follow(
      v1.WatchService, 'WatchNearestNeeds', {point: HERE, k: 5},
      async (message, count) => {
        if (message.reset) list = [];
        for (const {enter} of message.events) {
          list.splice(enter.rank, 0, enter.nearest_need.need.name);
        }
        if (count === 1) {
          assert.deepEqual(list, ['needs/rice']);
          assert.ok(message.current);
          await call(v1.NeedService, 'CreateNeed', {
            need_id: 'milk',
            need: {
              categories: [GROCERIES],
              place: {location: {latitude: 10.8, longitude: 106.7}},
            },
          });
        }
        return list.length === 2;
      });
  assert.deepEqual(list, ['needs/rice', milk]);
  await call(v1.NeedService, 'CloseNeed', {name: milk});
  await follow(
      v1.WatchService, 'WatchNearestNeeds',
      {point: HERE, k: 5, resume_token: last.resume_token}, (message) => {
        assert.equal(message.reset, false);
        return message.events.some((e) => e.leave?.name === milk);
      });
  await follow(
      v1.WatchService, 'WatchRegion', {
        region: {circle: {center: HERE, radius_meters: 1000}},
        kinds: ['WATCHED_KIND_OFFERS', 'WATCHED_KIND_SUPPLY_POINTS'],
      }, (message) => {
        const names = message.events.map(
            ({enter}) => enter[enter.resource].name);
        assert.deepEqual(names.sort(), ['offers/van', 'supplyPoints/shop']);
        return message.current;
      });
}

async function users() {
  const service = v1.UserService;
  const created = await call(service, 'CreateUser', {
    user_id: 'mai',
    user: {display_name: 'Mai', roles: ['ROLE_MODERATOR']},
    request_id: randomUUID(),
  });
  const {name} = created;
  assert.equal(name, 'users/mai');
  assert.deepEqual(await call(service, 'GetUser', {name}), created);
  const list = await call(service, 'ListUsers', {page_size: 10});
  assert.deepEqual(list.users, [created]);
  const updated = await call(service, 'UpdateUser', {
    user: {name, roles: ['ROLE_OFFICIAL'], etag: created.etag},
    update_mask: {paths: ['roles']},
  });
  assert.deepEqual(updated.roles, ['ROLE_OFFICIAL']);
  await expectError(call(service, 'GetCaller'),
                    grpc.status.UNAUTHENTICATED, 'CREDENTIALS_MISSING');
  const {token} = await call(service, 'IssueToken',
                             {name, lifetime: {seconds: 600}});
  const headers = {authorization: `Bearer ${token}`};
  assert.deepEqual(await call(service, 'GetCaller', {}, headers), updated);
  const revoked = await call(service, 'RevokeUser', {name});
  assert.equal(revoked.state, 'STATE_REVOKED');
  await expectError(call(service, 'GetCaller', {}, headers),
                    grpc.status.UNAUTHENTICATED, 'USER_REVOKED');
  const restored = await call(service, 'RestoreUser', {name});
  assert.equal(restored.state, 'STATE_ACTIVE');
}

async function organizations() {
  const service = v1.OrganizationService;
  const created = await call(service, 'CreateOrganization', {
    organization_id: 'bep',
    organization: {display_name: 'Bếp Ấm'},
  });
  const {name} = created;
  assert.deepEqual(await call(service, 'GetOrganization', {name}), created);
  const list = await call(service, 'ListOrganizations');
  assert.deepEqual(list.organizations, [created]);
  const updated = await call(service, 'UpdateOrganization', {
    organization: {name, accredited: true},
  });
  assert.equal(updated.accredited, true);
  const member = {name, user: 'users/mai'};
  const added = await call(service, 'AddMember',
                           {...member, rank: 'RANK_DISPATCHER'});
  assert.deepEqual(added.memberships,
                   [{organization: name, rank: 'RANK_DISPATCHER'}]);
  const members = await call(service, 'ListMembers', {parent: name});
  assert.deepEqual(members.members, [added]);
  const removed = await call(service, 'RemoveMember', member);
  assert.deepEqual(removed.memberships, []);
}

async function reports() {
  const subject = 'needs/rice';
  const report = await call(v1.ReportService, 'CreateReport', {
    report: {subject, reason: 'REPORT_REASON_WRONG'},
    request_id: randomUUID(),
  });
  assert.equal(report.weight, 1);
  const service = v1.ModerationService;
  const {moderation_cases: [found]} = await call(
      service, 'ListModerationCases', {states: ['STATE_OPEN']});
  assert.equal(found.subject, subject);
  assert.equal(found.reports[0].name, report.name);
  const {name} = found;
  assert.deepEqual(await call(service, 'GetModerationCase', {name}), found);
  const removed = await call(service, 'DecideModerationCase', {
    name, decision: 'STATE_REMOVED', note: 'Nobody there.',
  });
  assert.equal(removed.state, 'STATE_REMOVED');
  const {needs: hidden} = await call(v1.MatchService, 'FindNearestNeeds',
                                     {point: HERE, k: 5});
  assert.deepEqual(hidden, []);
  const appealed = await call(service, 'AppealModeration',
                              {subject, text: 'We were at the doctor.'});
  assert.equal(appealed.state, 'STATE_REMOVED');
  await call(service, 'DecideModerationCase', {
    name, decision: 'STATE_KEPT', note: 'They are back.',
  });
}

async function duplicates() {
  const service = v1.ModerationService;
  const need = {
    categories: [GROCERIES],
    place: {location: HERE},
    contact: {phone_number: '+84912345678'},
  };
  const again = await call(v1.NeedService, 'CreateNeed', {need});
  const {candidates} = await call(service, 'ListDuplicates',
                                  {parent: 'needs/rice'});
  assert.equal(candidates[0].need.name, again.name);
  assert.equal(candidates[0].same_phone_number, true);
  const kept = await call(service, 'MergeNeeds', {
    name: 'needs/rice', duplicates: [again.name],
  });
  assert.equal(kept.name, 'needs/rice');
  const merged = await call(v1.NeedService, 'GetNeed', {name: again.name});
  assert.equal(merged.state, 'STATE_MERGED');
  assert.equal(merged.merged_into, 'needs/rice');
}

async function verification() {
  const service = v1.VerificationService;
  const name = 'needs/rice';
  await call(service, 'SendPhoneCode', {name});
  const {code} = JSON.parse(readFileSync(phoneCodeFile, 'utf8'));
  const checked = await call(service, 'CheckPhoneCode', {name, code});
  assert.equal(checked.verification, 'VERIFICATION_PHONE_CHECKED');
  const vouched = await call(service, 'Vouch',
                             {name, verification: 'VERIFICATION_VISITED'});
  assert.equal(vouched.verification, 'VERIFICATION_VISITED');
}

async function errors() {
  const invalid = await expectError(
      call(v1.NeedService, 'CreateNeed', {
        need: {categories: [GROCERIES], place: {location: {latitude: 91}}},
      }), grpc.status.INVALID_ARGUMENT, 'FIELD_INVALID');
  assert.deepEqual(
      invalid['google.rpc.BadRequest'].field_violations.map((v) => v.field),
      ['need.place.location']);
  const absent = await expectError(
      call(v1.NeedService, 'GetNeed', {name: 'needs/none'}),
      grpc.status.NOT_FOUND, 'RESOURCE_NOT_FOUND');
  assert.equal(absent['google.rpc.ResourceInfo'].resource_name, 'needs/none');
  await expectError(
      call(v1.NeedService, 'CloseNeed', {name: 'needs/rice', etag: 'abc'}),
      grpc.status.ABORTED, 'ETAG_MISMATCH');
  console.log('errors'.padEnd(52), 'ok');
}

async function healthService() {
  const checked = await call(health.Health, 'Check',
                             {service: 'xom.v1.NeedService'});
  assert.equal(checked.status, 'SERVING');
  await follow(health.Health, 'Watch', {},
               (message) => message.status === 'SERVING');
}

async function endAll() {
  await endNeeds();
  const closed = await call(v1.OfferService, 'CloseOffer',
                            {name: 'offers/van'});
  assert.equal(closed.state, 'STATE_CLOSED');
  assert.deepEqual(
      await call(v1.SupplyPointService, 'DeleteSupplyPoint',
                 {name: 'supplyPoints/shop'}), {});
}

function expectAllCalled() {
  const methods = [...Object.values(v1), health.Health]
      .filter((entry) => entry.service !== undefined)
      .flatMap(({service}) => Object.values(service).map((m) => m.path));
  assert.ok(methods.length >= 37);
  assert.deepEqual([...called].sort(), methods.sort());
  console.log(`All ${methods.length} methods answered a stock client.`);
}

try {
  await healthService();
  await categories();
  await needs();
  await offers();
  await claims();
  await manyClaims();
  await details();
  await supplyPoints();
  await matches();
  await watches();
  await users();
  await organizations();
  await reports();
  await duplicates();
  await verification();
  await errors();
  await endAll();
  expectAllCalled();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  for (const client of clients.values()) client.close();
}
