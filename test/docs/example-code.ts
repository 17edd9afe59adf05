/** Examples of documentation made into code that can be run, and what they promise compared with what they give. */
import ts from 'typescript';

/** The example as a module that calls `promise(value, text)` wherever it says `// => text`. */
export function instrument(code: string): string {
  const source = ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2022, true);
  const parts: string[] = [];
  for (const statement of source.statements) {
    const words = statement.getText(source);
    const rest = code.slice(statement.getEnd());
    const promised = /^;?[ \t]*\n?[ \t]*\/\/ => (.*)/.exec(rest)?.[1]?.trim();
    if (ts.isImportDeclaration(statement)) continue; // Everything exported is in scope already.
    if (promised === undefined) {
      parts.push(words);
    } else if (ts.isExpressionStatement(statement)) {
      parts.push(`promise(await (${statement.expression.getText(source)}), ${JSON.stringify(promised)});`);
    } else if (ts.isVariableStatement(statement)) {
      const name = statement.declarationList.declarations[0]?.name.getText(source) ?? 'undefined';
      parts.push(words, `promise(${name}, ${JSON.stringify(promised)});`);
    } else {
      throw new Error(`only an expression or a declaration can promise a value: ${words}`);
    }
  }
  return parts.join('\n');
}

/** Names that an example takes from outside: neither declared in it nor property names. */
export function freeNames(code: string): Set<string> {
  const used = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isIdentifier(node)) {
      const { parent } = node;
      const isDeclaration =
        (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) &&
        parent.name === node;
      const isProperty =
        (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)) && parent.name === node;
      if (isDeclaration) declared.add(node.text);
      else if (!isProperty) used.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2022, true));
  return new Set([...used].filter((name) => !declared.has(name)));
}

/** Quotes and the spaces inside brackets are a matter of taste. */
export function sameText(text: string): string {
  return text
    .replaceAll('"', "'")
    .replace(/\s+/g, ' ')
    .replace(/([[{(]) | (?=[\]})])/g, '$1')
    .trim();
}
