import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";

import { taskId as taskIdOf, type Address, type DealId } from "@poco-marketplace/sdk/index.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { makeEnclave, secretWorld, startService, type SecretWorld } from "../fixtures/secretService.js";
import { rejection } from "../fixtures/rejection.js";

const connection = await network.create();

async function superseded(promise: Promise<unknown>, by: string) {
  const error = await rejection(promise, ServiceError);
  expect(error).to.include({ statusCode: 403, reason: "EnclaveSuperseded" });
  expect(error.message.toLowerCase()).to.include(`assigned: ${by.toLowerCase()}`);
}

describe("The enclave that works on a task", () => {
  let world: SecretWorld;
  let service: Awaited<ReturnType<typeof startService>>;
  let single: DealId;
  let replicated: DealId;
  let next = 0n;

  before(async () => {
    world = await secretWorld(connection);
    service = await startService(world);
    single = await world.makeDeal({ data: "none", volume: 10n });
    replicated = await world.makeDeal({ data: "none", volume: 2n, trust: 5n });
  });
  after(() => service.stop());

  const enclave = (index: bigint, worker = world.accounts.worker1, dealId = single) =>
    makeEnclave(world, { dealId, index, worker: worker.address as Address });
  type Made = Awaited<ReturnType<typeof enclave>>;
  const ask = ({ request }: Made, worker = world.accounts.worker1) => service.sms.openSession(request, worker);
  const appoint = ({ binding }: Made, sequence: bigint, signer = world.accounts.scheduler) =>
    service.sms.appoint({ ...binding, sequence }, signer);

  it("gives its place to the next one that is authorized, for good", async () => {
    const [before, after] = [await enclave(next), await enclave(next++)];
    await ask(before);
    await ask(before);
    await ask(after);

    await superseded(ask(before), after.binding.enclave);
    await ask(after);
  });

  it("gives it to another worker's too, where one worker ends a task", async () => {
    const [before, after] = [await enclave(next), await enclave(next++, world.accounts.worker2)];
    await ask(before);
    await ask(after, world.accounts.worker2);

    await superseded(ask(before), after.binding.enclave);
  });

  it("has one place for each worker, where several must agree", async () => {
    const [one, two] = [
      await enclave(0n, world.accounts.worker1, replicated),
      await enclave(0n, world.accounts.worker2, replicated),
    ];
    await ask(one);
    await ask(two, world.accounts.worker2);

    await ask(one);
  });

  it("is the one that the scheduler appoints, and no other", async () => {
    const [appointed, other] = [await enclave(next), await enclave(next++)];
    await appoint(appointed, 1n);

    await superseded(ask(other), appointed.binding.enclave);
    await ask(appointed);

    await appoint(other, 2n);
    await superseded(ask(appointed), other.binding.enclave);
    await ask(other);
  });

  it("is none when the scheduler appoints none", async () => {
    const dismissed = await enclave(next++);
    const { binding } = dismissed;
    await ask(dismissed);
    await service.sms.appoint({ ...binding, enclave: ZeroAddress as Address, sequence: 7n }, world.accounts.scheduler);

    await superseded(ask(dismissed), ZeroAddress);
  });

  it("does not come back with an appointment of before", async () => {
    const [first, second] = [await enclave(next), await enclave(next++)];
    await appoint(first, 1n);
    await appoint(second, 2n);
    await appoint(second, 2n);

    for (const [made, sequence] of [
      [first, 1n],
      [first, 2n],
    ] as const) {
      const error = await rejection(appoint(made, sequence), ServiceError);
      expect(error).to.include({ statusCode: 409, reason: "AppointmentOutdated" });
      expect(error.message).to.include(`Appointment ${sequence}`).and.to.include("number 2 is in force");
    }
    await ask(second);
  });

  it("is appointed by the pool's owner only", async () => {
    const made = await enclave(next++);

    const error = await rejection(appoint(made, 1n, world.accounts.worker1), ServiceError);

    expect(error).to.include({ statusCode: 401, reason: "WrongSigner" });
    expect(error.message).to.include(`not ${world.accounts.scheduler.address}`);
  });

  it("is not appointed by a signature for another task", async () => {
    const [here, there] = [next++, next++];
    const made = await enclave(here);
    const signatures: string[] = [];
    const spy = {
      signMessage: async (message: string | Uint8Array) => {
        const sign = await world.accounts.scheduler.signMessage(message);
        signatures.push(sign);
        return sign;
      },
    };
    await service.sms.appoint({ ...made.binding, sequence: 1n }, spy);

    const replay = { signMessage: () => Promise.resolve(signatures[0]!) };
    const elsewhere = { ...made.binding, taskId: taskIdOf(single, there), sequence: 1n };
    const error = await rejection(service.sms.appoint(elsewhere, replay), ServiceError);

    expect(error).to.include({ statusCode: 401, reason: "WrongSigner" });
  });
});
