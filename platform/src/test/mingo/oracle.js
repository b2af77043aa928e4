// Answers, line by line: first line [documents], then for each line {filter} the indexes of the
// documents that match, as a JSON list. Documents and filters come in extended JSON.
"use strict";

const readline = require("node:readline");
const { Query } = require("mingo");

class ObjectId {
  constructor(hex) {
    this.hex = hex;
  }
  toString() {
    return this.hex;
  }
}

function revive(value) {
  if (Array.isArray(value)) {
    return value.map(revive);
  }
  if (value === null || typeof value !== "object") {
    return value;
  }
  if ("$date" in value) {
    const date = value.$date;
    return new Date(typeof date === "object" ? Number(date.$numberLong) : date);
  }
  if ("$oid" in value) {
    return new ObjectId(value.$oid);
  }
  if ("$regularExpression" in value) {
    const { pattern, options } = value.$regularExpression;
    return new RegExp(pattern, options);
  }
  for (const number of ["$numberInt", "$numberLong", "$numberDouble", "$numberDecimal"]) {
    if (number in value) {
      return Number(value[number]);
    }
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, revive(inner)]));
}

let documents;

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const value = revive(JSON.parse(line));
  if (documents === undefined) {
    documents = value;
    return;
  }
  const query = new Query(value);
  const matches = [];
  documents.forEach((document, index) => {
    if (query.test(document)) {
      matches.push(index);
    }
  });
  process.stdout.write(JSON.stringify(matches) + "\n");
});
