import { expect } from "chai";
import { fixturePath } from "../reference.js";
import { workplace } from "./run.js";

const QUERIES = 'id,x,y,text,year\nq1,1,0,"hello, world",1999\nq2,0,1,"two\nlines",2001\n';
const CORPUS =
  "\nid,text,x,y,url,price\n# a comment\nd1,first doc,1,0.1,http://a,0.5\n\nd2,=second,0.1,1,,1e3\nd3,003,-1,0,http://c,7\n";

/** Returns the objects that a command writes. */
const objects = (text: string) => JSON.parse(text) as { [name: string]: unknown }[];

describe("--carry", () => {
  const place = workplace();
  const run = (line: string) => {
    const { code, stdout, stderr } = place.bash(line);
    expect(code, stderr).to.equal(0);
    return stdout;
  };
  before(() => {
    place.write("q.csv", QUERIES);
    place.write("c.csv", CORPUS);
    place.write("d.csv", CORPUS.replace("d3,003,-1,0,http://c,7\n", ""));
  });

  it("adds columns of the files to neighbours, whatever lines are no rows", () => {
    const found = objects(run("simcli topk q.csv c.csv -k 3 --carry text,year,url,price --json -q"));
    const [first, second, third] = found;
    expect(first).to.deep.include({ query: "q1", id: "d1", query_text: "hello, world", query_year: 1999 });
    // 1e3 is not the shortest text of a number, so that the column is text.
    expect(first).to.deep.include({ text: "first doc", url: "http://a", price: "0.5" });
    expect(second).to.deep.include({ id: "d2", text: "=second", url: "", price: "1e3" });
    expect(third).to.deep.include({ id: "d3", text: "003", price: "7" });
    expect(found[3]).to.deep.include({ query_text: "two\nlines", query_year: 2001 });
    const csv = run("simcli topk q.csv c.csv -k 1 --columns x,y --carry text --precision 2 -q");
    expect(csv).to.equal(
      'query,rank,id,score,query_text,text\nq1,1,d1,1.00,"hello, world",first doc\nq2,1,d2,1.00,"two\nlines",=second\n',
    );
  });

  it("takes the number of a column, from 1, unless a column is called so", () => {
    const named = run("simcli topk q.csv -k 1 --carry text,year");
    expect(run("simcli topk q.csv -k 1 --carry 4,5")).to.equal(named);
    place.write("years.csv", "id,x,y,2,text\nq1,1,0,two,a\nq2,0,1,too,b\n");
    expect(run("simcli topk years.csv -k 1 --carry 2 -q").split("\n")[0]).to.equal("query,rank,id,score,query_2,2");
    expect(place.bash("simcli topk q.csv -k 1 --carry 9").stderr).to.contain('expected a column named "9"');
  });

  it("does not read a carried column as a component, nor report that it is left out", () => {
    const { stderr } = place.bash("simcli topk q.csv -k 1 --carry text,year --strict");
    expect(stderr).to.equal("");
    expect(run("simcli topk q.csv -k 1 --carry text,year --verbose 2>&1 >/dev/null")).to.include(
      "read q.csv: 2×2 with ids",
    );
  });

  it("finds the same columns of a large file that is read in parts, by several readers", () => {
    const line = (i: number) => `row${i},${Math.sin(i)},${Math.cos(3 * i)},text ${i},${Math.sin(i * i)}`;
    const rows = Array.from({ length: 150_000 }, (_, i) => line(i));
    const head = "id,x,y,text,z\n";
    place.write("plain.csv", `${head}${rows.join("\n")}\n`);
    rows[70_000] = rows[70_000]!.replace("text 70000", '"text\n70000"');
    place.write("quoted.csv", `${head}${rows.join("\n")}\n`);
    for (const file of ["plain.csv", "quoted.csv"]) {
      const command = `simcli topk b.csv ${file} -k 50 --carry text`;
      const whole = run(command);
      expect(run(`${command} --max-memory 113MB`)).to.equal(whole);
      const lines = whole.trimEnd().split("\n").slice(1);
      expect(lines).to.have.length(200);
      for (const each of lines) {
        const [, , id, , text] = each.split(",");
        expect(text).to.equal(`text ${id!.slice(3)}`);
      }
    }
  });

  it("adds columns of both rows to pairs, and of each row to groups", () => {
    expect(run("simcli pairs d.csv --columns x,y --min-score 0.1 --precision 3 --carry text,price -q")).to.equal(
      "a,b,score,a_text,a_price,b_text,b_price\nd1,d2,0.198,first doc,0.5,=second,1e3\n",
    );
    expect(run("simcli pairs d.csv --columns x,y --min-score 0.1 --groups --carry text -q")).to.equal(
      "group,size,id,text\n1,2,d1,first doc\n1,2,d2,=second\n",
    );
    expect(run("simcli pairs q.csv d.csv --columns x,y --precision 3 --carry url,text -q")).to.equal(
      'a,b,score,a_text,b_url,b_text\nq1,d1,0.995,"hello, world",http://a,first doc\nq2,d2,0.995,"two\nlines","",=second\n',
    );
  });

  it("adds the columns of queries to the records of eval", () => {
    const line = "simcli eval q.csv d.csv --columns x,y --carry text,year -q";
    expect(objects(run(`${line} --per-query --json`))[1]).to.deep.include({ query: "q2", query_year: 2001 });
    const { code, stderr } = place.bash(line);
    expect([code, stderr.split("\n")[0]]).to.deep.equal([
      2,
      "simcli: --carry: expected --per-query with it: only its records are about a query",
    ]);
  });

  it("writes training data with text in the place of ids, without scores", () => {
    const line = "simcli mine q.csv d.csv --columns x,y --negatives 1 -q";
    expect(run(`${line} --carry text`)).to.equal(
      'anchor,positive,negative\n"hello, world",first doc,=second\n"two\nlines",=second,first doc\n',
    );
    expect(run(`${line} --carry text --as tuples | head -1`)).to.equal("anchor,positive,negative_1\n");
    expect(run(`${line} --carry text --as pairs`)).to.equal(
      'anchor,text,label\n"hello, world",first doc,1\n"hello, world",=second,0\n"two\nlines",=second,1\n"two\nlines",first doc,0\n',
    );
    const more = objects(run(`${line} --carry text,url,year --json`));
    expect(more[0]).to.deep.equal({
      anchor: "hello, world",
      positive: "first doc",
      negative: "=second",
      anchor_year: 1999,
      positive_url: "http://a",
      negative_url: "",
    });
  });

  it("reads the columns of typed files, with numbers as numbers and nulls as nulls", () => {
    const parquet = fixturePath("binary/duckdb-snappy.parquet");
    const found = objects(
      run(`simcli topk ${parquet} -k 1 --carry number --json -q | sed -n '1,2p;$p' | sed 's/},$/}/'`),
    );
    expect(found[0]).to.deep.include({ query: "row-0é", query_number: 0 });
    expect(found[0]!.number).to.equal(2 * Number(/\d+/.exec(String(found[0]!.id))![0]));
    const arrow = fixturePath("binary/data-00000-of-00001.arrow");
    const texts = objects(run(`simcli topk ${arrow} -k 1 --carry text --json -q`));
    for (const { query, query_text, id, text } of texts) expect([query_text, text]).to.deep.equal([query, id]);
    place.write(
      "v.json",
      JSON.stringify([
        { id: "a", vector: [1, 0], meta: { title: "A" }, n: 1.5, big: 1, flag: true, list: [1, "x"] },
        { id: "b", vector: [1, 1], n: null },
        { id: "c", vector: [0, 1], meta: { title: "12" }, n: 2, flag: false },
      ]).replace('"big":1', '"big":12345678901234567890'),
    );
    const json = objects(run("simcli topk v.json -k 1 --carry meta.title,n,big,flag,list --json -q"));
    expect(json[0]).to.deep.include({
      "query_meta.title": "A",
      query_n: 1.5,
      query_big: "12345678901234567890",
      query_flag: "true",
      query_list: '[1,"x"]',
    });
    expect(json[2]).to.deep.include({ "query_meta.title": "12", "meta.title": null, n: null });
    place.write(
      "v.ndjson",
      '{"id":"a","vector":[1,0],"t":"A"}\n\n{"id":"b","vector":[1,1],"t":null}\n{"id":"c","vector":[0,1],"t":"C"}\n',
    );
    expect(run("simcli pairs v.ndjson --min-score 0.5 --carry t -f csv --precision 1")).to.equal(
      "a,b,score,a_t,b_t\na,b,0.7,A,\nb,c,0.7,,C\n",
    );
    // Parquet keeps the types and the nulls.
    run("simcli pairs v.json --min-score 0.5 --groups --carry n,flag -o groups.parquet");
    const again = objects(run("simcli topk v.json -k 1 --carry n,flag --records groups.parquet --json"));
    expect(again.map(({ query_n, query_flag }) => [query_n, query_flag])).to.deep.equal([
      [1.5, "true"],
      [null, null],
      [2, "false"],
    ]);
  });

  it("joins a table by id, or by row where the vectors have no ids", () => {
    place.write("vectors.csv", "1,0\n0,1\n1,1\n");
    run("simcli convert vectors.csv -o v.npy");
    place.write("texts.tsv", "text\tlang\nfirst, one\ten\nsecond\tfr\nthird\tde\n");
    expect(run("simcli topk v.npy -k 1 --carry text --records texts.tsv --precision 1")).to.equal(
      'query,rank,id,score,query_text,text\n0,1,2,0.7,"first, one",third\n1,1,2,0.7,second,third\n2,1,0,0.7,third,"first, one"\n',
    );
    place.write(
      "docs.jsonl",
      '{"_id":"d3","title":"C"}\n{"_id":"d2","title":"B"}\n{"_id":"d1","title":"A"}\n{"_id":"zz"}\n',
    );
    place.write("queries.jsonl", '{"_id":"q2","title":"two"}\n{"_id":"q1","title":"one"}\n');
    const line = "simcli topk q.csv c.csv -k 1 --columns x,y --precision 1 -q";
    expect(run(`${line} --carry title --records queries.jsonl --records docs.jsonl`)).to.equal(
      "query,rank,id,score,query_title,title\nq1,1,d1,1.0,one,A\nq2,1,d2,1.0,two,B\n",
    );
    // another column of ids, and a table for one of the files only
    place.write("pages.csv", "page,id,title\nd1,8,A\nd2,9,B\nd3,7,C\n");
    expect(run(`${line} --carry title --records none --records 'pages.csv#page'`)).to.equal(
      "query,rank,id,score,title\nq1,1,d1,1.0,A\nq2,1,d2,1.0,B\n",
    );
    expect(run(`${line} --carry title --records queries.jsonl --records none`)).to.equal(
      "query,rank,id,score,query_title\nq1,1,d1,1.0,one\nq2,1,d2,1.0,two\n",
    );
    expect(
      run("cat q.csv | simcli topk - -k 1 --columns x,y --precision 1 --carry title --records queries.jsonl -q"),
    ).to.equal("query,rank,id,score,query_title,title\nq1,1,q2,0.0,one,two\nq2,1,q1,0.0,two,one\n");
  });

  for (const [name, line, code, message] of [
    [
      "a missing id",
      "topk q.csv c.csv --columns x,y -k 1 --carry t --records missing.csv",
      1,
      'missing.csv: expected a record for each id of the result, found none for "q2" in the column "id"',
    ],
    [
      "an id twice",
      "topk q.csv --columns x,y -k 1 --carry t --records twice.csv",
      1,
      'twice.csv:4: expected each id once, found "q1" again',
    ],
    [
      "a table without ids",
      "topk q.csv --columns x,y -k 1 --carry t --records noids.csv",
      1,
      "noids.csv: expected a column of ids",
    ],
    [
      "fewer records than rows",
      "topk a.csv -k 1 --carry t --records noids.csv",
      1,
      "noids.csv: expected a record for each of the 4 rows of a.csv, which has no ids, found 1",
    ],
    [
      "an unknown column",
      "topk q.csv -k 1 --columns x,y --carry txt",
      2,
      'q.csv: expected a column named "txt", found id, x, y, text, year',
    ],
    [
      "one of two unknown columns",
      "topk q.csv -k 1 --columns x,y --carry text,txt",
      2,
      '--carry: expected a column named "txt", found text',
    ],
    [
      "a column of only one file in mine",
      "mine q.csv d.csv --columns x,y --carry year -q",
      2,
      'd.csv: expected a column named "year"',
    ],
    ["stdin", "topk - --carry text < q.csv", 2, "--carry: expected a file, which is read twice, found stdin"],
    [
      "a number that is no column",
      "topk q.csv --columns x,y --carry 9",
      2,
      'q.csv: expected a column named "9", found id, x, y, text, year\nhint: name the column as the header of its table does',
    ],
    [
      "arrays",
      "topk v2.npy --carry text",
      1,
      "v2.npy: expected a table with columns (parquet, arrow, json, csv), found npy",
    ],
    [
      "the name of another column",
      "topk q.csv -k 1 --columns x,y --carry score --records score.csv",
      2,
      "--carry: expected another name than those of the result, found score",
    ],
    ["records without columns", "topk q.csv --records score.csv", 2, "--records: expected --carry with it"],
    [
      "more tables than files",
      "topk q.csv --carry t --records score.csv --records score.csv",
      2,
      "--records: expected at most one table",
    ],
    ["a picture", "topk q.csv --columns x,y --carry text -f svg", 2, "--format: expected table, csv"],
    ["a column twice", "topk q.csv --carry text,text", 2, "--carry: expected different names of columns"],
    [
      "a table that can be read only once",
      "topk q.csv -k 1 --columns x,y --carry t --records -",
      2,
      "--records: expected a file, which is read twice, found stdin",
    ],
    [
      "no table at all",
      "topk q.csv --columns x,y --carry t --records none",
      2,
      "--records: expected a table, found none",
    ],
    [
      "no table for a file of mine",
      "mine q.csv d.csv --columns x,y --carry t --records none --records score.csv -q",
      2,
      "--records: expected a table with the texts of q.csv, found none",
    ],
    [
      "a column of ids that the table lacks",
      "topk q.csv --columns x,y -k 1 --carry t --records 'score.csv#page'",
      1,
      "score.csv: expected a column of ids (page), found none",
    ],
    [
      "a column of ids for vectors without ids",
      "topk a.csv -k 1 --carry t --records 'score.csv#id'",
      2,
      "--records: expected ids in a.csv for the column id of score.csv, found none",
    ],
    [
      "a ragged table",
      "topk q.csv -k 1 --columns x,y --carry t --records ragged.csv",
      1,
      "ragged.csv:3: expected 2 fields, found 1",
    ],
  ] as const) {
    it(`refuses ${name}`, () => {
      place.write("missing.csv", "id,t\nq1,a\n");
      place.write("twice.csv", "id,t\nq1,a\nq2,b\nq1,c\n");
      place.write("noids.csv", "t,u\na,b\n");
      place.write("score.csv", "id,score,t\nq1,1,a\nq2,2,b\n");
      place.write("ragged.csv", "id,t\nq1,a\nq2\n");
      place.bash("simcli convert b.csv -o v2.npy");
      const found = place.bash(`simcli ${line}`);
      expect([found.code, found.stdout]).to.deep.equal([code, ""]);
      expect(found.stderr).to.include(`simcli: ${message}`);
    });
  }
});
