/** A function as Lambda has it. Times in seconds, sizes in MB (2^20 bytes) but for the code's, in bytes. */
export interface DeployedFunction {
  readonly name: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Of `/tmp`. */
  readonly storageMb: number;
  /** Of its package, zipped. */
  readonly codeBytes: number;
  /** `Active`, `Inactive`, `Pending`, `Failed`. */
  readonly state: string;
}

/** What Lambda allows the account in this region. */
export interface LambdaAccount {
  /** Executions at the same moment, of all functions. */
  readonly concurrency: number;
  /** Those of them that no function has reserved. */
  readonly unreserved: number;
  /** Of one package, zipped and uploaded; of one, unzipped; of all packages of the region. */
  readonly zippedBytes: number;
  readonly unzippedBytes: number;
  readonly totalBytes: number;
  readonly usedBytes: number;
}

/** What a deployment made, as it stands in AWS: only the doctor looks at it, and a lab has none of it. */
export interface DeployedResources {
  /** `undefined`: there is no function of that name. */
  function(name: string): Promise<DeployedFunction | undefined>;
  /** How many executions are reserved for it; `undefined`: none. */
  reserved(name: string): Promise<number | undefined>;
  account(): Promise<LambdaAccount>;
  /** The ids of the VPCs that a private zone is associated with; `undefined` for a public one. */
  zoneVpcs(zoneId: string): Promise<readonly string[] | undefined>;
  /** The revision of a state machine's definition as it is now. */
  revision(stateMachineArn: string): Promise<string | undefined>;
  /** The revision that an execution runs. */
  revisionOf(executionArn: string): Promise<string | undefined>;
}
