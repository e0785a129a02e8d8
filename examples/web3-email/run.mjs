/**
 * Three people protect their email addresses and let a requester write to them through an app: `node run.mjs APP`. The
 * requester writes to the first alone, and to the others in one go, and learns no address.
 */
import { accountOf, argument, iexecOf, network, protectorOf, web3mailOf } from "../network.mjs";

const app = argument(0, "the app's address, which publish.mjs printed");
const provider = protectorOf("data provider");
const authorizedUser = accountOf("requester").address;
for (const name of ["alice", "bob", "carol"]) {
  const terms = name === "alice" ? { numberOfAccess: 1 } : { allowBulk: true };
  const { address } = await provider.protectData({ name, data: { email: `${name}@example.com` } });
  await provider.grantAccess({ protectedData: address, authorizedApp: app, authorizedUser, ...terms });
}

const web3mail = web3mailOf("requester", app);
const contacts = await web3mail.fetchMyContacts({ isUserStrict: true });
console.log("may write to", contacts.map(({ name, address }) => `${name} (${address})`).join(", "));

const workerpool = { workerpoolAddressOrEns: network.workerpool };
const sent = await web3mail.sendEmail({
  ...workerpool,
  protectedData: contacts.find(({ name }) => name === "alice").address,
  emailSubject: "Good news",
  emailContent: "For your eyes only.",
  senderName: "Somebody",
});
await completion(sent);

const { campaignRequest } = await web3mail.prepareEmailCampaign({
  ...workerpool,
  grantedAccesses: contacts.filter(({ name }) => name !== "alice").map(({ grantedAccess }) => grantedAccess),
  emailSubject: "News for all",
  emailContent: "<p>Hello <b>you</b></p>",
  contentType: "text/html",
  senderName: "Somebody",
});
const { tasks } = await web3mail.sendEmailCampaign({ ...workerpool, campaignRequest });
for (const task of tasks) await completion(task);

async function completion({ taskId, dealId }) {
  const { task } = iexecOf("requester");
  const observable = await task.obsTask(taskId, { dealid: dealId });
  await new Promise((resolve, reject) => observable.subscribe({ next() {}, error: reject, complete: resolve }));
  const [{ stdout }] = await task.fetchLogs(taskId);
  console.log(`task ${taskId}: ${(await task.show(taskId)).statusName}, ${stdout.trim()}`);
}
