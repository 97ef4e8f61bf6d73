import * as ts from 'typescript';

/** One small change of a file's text. */
export interface Mutant {
  readonly line: number;
  /** What stands there, and what stands there instead. */
  readonly what: string;
  /** The whole file with the change. */
  readonly text: string;
}

interface Change {
  readonly node: ts.Node;
  readonly from?: number;
  readonly instead: string;
}

/** What each operator is taken for. */
const operators: Partial<Record<ts.SyntaxKind, readonly string[]>> = {
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: ['!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: ['==='],
  [ts.SyntaxKind.LessThanToken]: ['<=', '>='],
  [ts.SyntaxKind.LessThanEqualsToken]: ['<', '>'],
  [ts.SyntaxKind.GreaterThanToken]: ['>=', '<='],
  [ts.SyntaxKind.GreaterThanEqualsToken]: ['>', '<'],
  [ts.SyntaxKind.AmpersandAmpersandToken]: ['||'],
  [ts.SyntaxKind.BarBarToken]: ['&&'],
  [ts.SyntaxKind.PlusToken]: ['-'],
  [ts.SyntaxKind.MinusToken]: ['+'],
  [ts.SyntaxKind.AsteriskToken]: ['/'],
  [ts.SyntaxKind.SlashToken]: ['*'],
  [ts.SyntaxKind.PercentToken]: ['*'],
  [ts.SyntaxKind.AsteriskAsteriskToken]: ['*'],
  [ts.SyntaxKind.AsteriskEqualsToken]: ['/='],
  [ts.SyntaxKind.PlusEqualsToken]: ['-='],
  [ts.SyntaxKind.MinusEqualsToken]: ['+='],
};

/** All mutants of a TypeScript file, in the order of its text. */
export function mutantsOf(text: string): Mutant[] {
  const source = ts.createSourceFile('mutated.ts', text, ts.ScriptTarget.ES2022, true);
  const changes: Change[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
    changes.push(...changesOf(node));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return changes
    .map(({ node, instead }) => toMutant(source, node.getStart(source), node.getEnd(), instead))
    .sort((left, right) => left.line - right.line);
}

function toMutant(source: ts.SourceFile, start: number, end: number, instead: string): Mutant {
  const { text } = source;
  const was = text.slice(start, end).replace(/\s+/g, ' ');
  return {
    line: source.getLineAndCharacterOfPosition(start).line + 1,
    what: `${was.length > 60 ? `${was.slice(0, 57)}...` : was} → ${instead.length > 40 ? `${instead.slice(0, 37)}...` : instead}`,
    text: text.slice(0, start) + instead + text.slice(end),
  };
}

function changesOf(node: ts.Node): Change[] {
  const to = (what: ts.Node, ...instead: string[]) => instead.map((one) => ({ node: what, instead: one }));
  if (ts.isBinaryExpression(node)) return to(node.operatorToken, ...ofOperator(node)).concat(ofDefault(node));
  if (ts.isPrefixUnaryExpression(node)) {
    return node.operator === ts.SyntaxKind.ExclamationToken ? to(node, `(${node.operand.getText()})`) : [];
  }
  if (ts.isIfStatement(node)) return to(node.expression, 'true', 'false');
  if (ts.isConditionalExpression(node)) return to(node.condition, 'true', 'false');
  if (ts.isCaseClause(node) && node.statements.length > 0) return to(node.expression, "'no such case'");
  if (ts.isReturnStatement(node)) return ofReturn(node);
  if (node.kind === ts.SyntaxKind.TrueKeyword) return to(node, 'false');
  if (node.kind === ts.SyntaxKind.FalseKeyword) return to(node, 'true');
  if (ts.isNumericLiteral(node)) return to(node, String(Number(node.text.replaceAll('_', '')) + 1));
  if (ts.isRegularExpressionLiteral(node)) return to(node, ...withoutAnchors(node.text));
  if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) return to(node, ';');
  return [];
}

/** `+` between texts has no counterpart. */
function ofOperator({ operatorToken, left, right }: ts.BinaryExpression): readonly string[] {
  const isText = [left, right].some((one) => ts.isStringLiteralLike(one) || ts.isTemplateExpression(one));
  return isText && operatorToken.kind === ts.SyntaxKind.PlusToken ? [] : (operators[operatorToken.kind] ?? []);
}

/** `a ?? b` without its default. */
function ofDefault(node: ts.BinaryExpression): Change[] {
  const isDefault = node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken;
  return isDefault ? [{ node, instead: `(${node.left.getText()})` }] : [];
}

/** A list is returned empty; a decision on a line of its own is not made at all. */
function ofReturn(node: ts.ReturnStatement): Change[] {
  const { expression } = node;
  if (expression === undefined) return [];
  if (ts.isArrayLiteralExpression(expression)) {
    return expression.elements.length === 0 ? [] : [{ node: expression, instead: '[]' }];
  }
  const isBoolean = ts.isBinaryExpression(expression) && expression.operatorToken.getText() in booleans;
  return isBoolean ? ['true', 'false'].map((instead) => ({ node: expression, instead })) : [];
}

const booleans = { '===': 0, '!==': 0, '<': 0, '<=': 0, '>': 0, '>=': 0, '&&': 0, '||': 0 };

function withoutAnchors(text: string): string[] {
  const end = text.lastIndexOf('/');
  const body = text.slice(1, end);
  const made = [body.startsWith('^') ? body.slice(1) : body, /[^\\]\$$/.test(body) ? body.slice(0, -1) : body];
  return made.filter((one) => one !== body && one !== '').map((one) => `/${one}${text.slice(end)}`);
}
