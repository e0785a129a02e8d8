import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { zipData } from "@poco-marketplace/sdk/protect/encryptData.js";
import type { DataObject } from "@poco-marketplace/sdk/protect/schema.js";

/** Where a project has its mocks: a zip file each, as apps see protected data. */
export const MOCK_FOLDER = join("mock", "protectedData");

/**
 * Writes a mock of protected data into a project.
 *
 * @returns its file
 * @throws {@link InvalidKeyError}, {@link UnsupportedValueError}, {@link EmptyDataError}
 */
export async function writeMock(project: string, name: string, data: DataObject): Promise<string> {
  const zip = zipData(data);
  const file = join(project, MOCK_FOLDER, name);
  await mkdir(join(project, MOCK_FOLDER), { recursive: true });
  await writeFile(file, zip);
  return file;
}
