import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { IamRequest } from './request';

/** A command as an adapter handed it to its client. */
export interface SentCommand {
  /** `GetItemCommand` */
  readonly name: string;
  readonly input: object;
}

/** A client that answers with nothing, or with what `answers` has for a command, and tells what it was sent. */
export function recording(answers: Readonly<Record<string, object>> = {}) {
  const sent: SentCommand[] = [];
  const send = async (command: { input: object; constructor: { name: string } }): Promise<object> => {
    const { name } = command.constructor;
    sent.push({ name, input: command.input });
    return answers[name] ?? {};
  };
  return { client: { send } as never, sent };
}

type Values = Readonly<Record<string, AttributeValue>>;
interface ItemCall {
  readonly TableName?: string | undefined;
  readonly Key?: Values | undefined;
  readonly Item?: Values | undefined;
  readonly ExpressionAttributeValues?: Values | undefined;
}

/** What IAM is asked for commands to DynamoDB: of a transaction, for each of its parts. */
export function requestsFor(sent: readonly SentCommand[], tableArn: (name: string) => string): IamRequest[] {
  const calls = sent.flatMap(({ name, input }): { action: string; call: ItemCall }[] => {
    if (name !== 'TransactWriteItemsCommand') return [{ action: name.replace(/Command$/, ''), call: input }];
    return partsOf((input as { TransactItems: TransactWriteItem[] }).TransactItems);
  });
  return calls.map(({ action, call }) => ({
    action: `dynamodb:${action}`,
    resource: tableArn(call.TableName ?? ''),
    context: { 'dynamodb:LeadingKeys': [partitionIn(call)] },
  }));
}

function partsOf(items: readonly TransactWriteItem[]): { action: string; call: ItemCall }[] {
  return items.flatMap(({ Put, Update, Delete, ConditionCheck }) =>
    [
      { action: 'PutItem', call: Put },
      { action: 'UpdateItem', call: Update },
      { action: 'DeleteItem', call: Delete },
      { action: 'ConditionCheckItem', call: ConditionCheck },
    ].flatMap(({ action, call }) => (call === undefined ? [] : [{ action, call }])),
  );
}

function partitionIn({ Key, Item, ExpressionAttributeValues }: ItemCall): string {
  return (Key ?? Item)?.pk?.S ?? ExpressionAttributeValues?.[':pk']?.S ?? 'no partition';
}
