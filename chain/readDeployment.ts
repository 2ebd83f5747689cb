// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { parseDeployment, type Deployment } from "../sdk/deployment.js";
import { DeploymentError } from "../sdk/deploymentErrors.js";

/** The file is not there, or cannot be read. */
export class DeploymentUnreadable extends DeploymentError {
  constructor(file: string, why: string) {
    super(file, `cannot be read: ${why}. Give the deployment.json that npm run deploy or npm run venue wrote.`);
  }
}

/** Reads a deployment file. Throws a DeploymentError that names the fault, and what to do. */
export function readDeployment(file: string): Deployment {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (failure) {
    throw new DeploymentUnreadable(file, (failure as NodeJS.ErrnoException).code ?? (failure as Error).message);
  }
  return parseDeployment(text, file);
}
