import Foundation
import Testing

/// A job over `items` of which each outcome and each row is known beforehand, so that what is done twice or not at all shows:
/// an insert would find its key taken, an update its row unchanged, a delete none.
struct KnownJob: StruckJob {
    let operation: WriteOperation
    let records: Int
    /// Each write of a row leaves a row in `trail`, by a trigger.
    var isTrailed = false

    /// One record of so many is refused.
    private static let badEvery = 97

    static let schema = """
        CREATE TABLE kinds (id INTEGER PRIMARY KEY);
        INSERT INTO kinds VALUES (1), (2);
        CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
            amount INTEGER NOT NULL CHECK (amount > 0), kind INTEGER NOT NULL REFERENCES kinds, note TEXT);
        CREATE TABLE uses (item_id INTEGER NOT NULL REFERENCES items);
        CREATE INDEX ON uses (item_id);
        """

    /// Comes after the schema where jobs are trailed.
    static let trail = """
        CREATE TABLE trail (item_id INTEGER NOT NULL, note TEXT);
        CREATE FUNCTION leave_trail() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO trail VALUES (coalesce(NEW.id, OLD.id), coalesce(NEW.note, OLD.note)); RETURN NULL; END $$;
        CREATE TRIGGER trail AFTER INSERT OR UPDATE OR DELETE ON items FOR EACH ROW EXECUTE FUNCTION leave_trail();
        """

    /// Fills the tables; what they held before is gone.
    func fill(_ bench: TestBench) async throws { _ = try await bench.rows(before) }

    /// Creates the job and uploads its records; gives its id.
    func upload(_ client: BulkClient) async throws -> String {
        let job = try await client.create(#""operation": "\#(operation.rawValue)", "object": "items""#)
        let header = operation == .delete ? "id\n" : "id,name,amount,kind,note\n"
        let csv = header + (1...records).map { record($0).line + "\n" }.joined()
        let uploaded = try await client.upload(Array(csv.utf8), to: job)
        try #require(uploaded.status == 200, "\(uploaded.text)")
        return job
    }

    func begin(_ bench: TestBench, _ client: BulkClient) async throws -> String {
        try await fill(bench)
        let job = try await upload(client)
        _ = try await client.close(job)
        return job
    }

    /// Each record has its one outcome, and each row is as the outcomes say.
    func expectEnd(_ job: String, _ bench: TestBench, _ client: BulkClient) async throws {
        let ended = try await client.end(of: job)
        #expect(ended["state"] == "JobComplete", "\(ended.text)")
        let known = (1...records).map(record)
        let faults = known.count { $0.isFault }
        #expect(ended.json["number_records_processed"] as? Int == records)
        #expect(ended.json["number_records_failed"] as? Int == faults)
        let results = try await client.send("GET", "/bulk/jobs/\(job)/results").text
        Self.expect(outcomes(in: results), toBe: known.enumerated().map { "\($0 + 1) \($1.outcome)" })
        let rows = try await bench.rows("SELECT * FROM items WHERE id > 0 ORDER BY id")
        Self.expect(rows, toBe: known.compactMap(\.rowAfter))
        guard isTrailed else { return }
        let trail = try await bench.rows("SELECT count(*), count(DISTINCT item_id) FROM trail")
        #expect(trail == ["\(records - faults)|\(records - faults)"])
    }

    /// `record outcome` of each line of the results.
    private func outcomes(in results: String) -> [String] {
        let columns = operation == .delete ? 1 : 5
        return results.split(separator: "\n").dropFirst().map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            guard cells.count > columns + 4 else { return String(line) }
            return "\(cells[columns]) \(cells[columns + 2])\(cells[columns + 4])"
        }
    }

    /// Tells the first difference: all of thousands take longer to print than to find.
    private static func expect(_ found: [String], toBe known: [String]) {
        let place = zip(found, known).enumerated().first { $1.0 != $1.1 }
        let difference =
            place.map { "at \($0.offset): \($0.element.0), not \($0.element.1)" } ?? "none before the end"
        #expect(found.count == known.count && place == nil, "\(found.count) of \(known.count), \(difference)")
    }

    private var before: String {
        let old: String? =
            switch operation {
            case .insert: nil
            case .upsert: "2, \(records), 2"
            case .update, .delete: "1, \(records)"
            }
        let filled = old.map {
            "INSERT INTO items SELECT i, 'name ' || i, 1, 1, NULL FROM generate_series(\($0)) AS i;"
        }
        let used = (1...records).filter { record($0).outcome == "FOREIGN_KEY_VIOLATION" }.map { "(\($0))" }
        let uses = operation == .delete ? "INSERT INTO uses VALUES \(used.joined(separator: ","));" : ""
        return """
            TRUNCATE items, uses; INSERT INTO items VALUES (0, 'taken', 1, 1, NULL); \(filled ?? "") \(uses)
            ANALYZE items; \(isTrailed ? "TRUNCATE trail;" : "")
            """
    }

    /// The record of that number, from 1, which is its id unless it is to be refused for that.
    private func record(_ number: Int) -> KnownRecord {
        let isThere =
            switch operation {
            case .insert: false
            case .upsert: number % 2 == 0
            case .update, .delete: true
            }
        guard number % Self.badEvery != 0 else {
            let (line, code) = fault(number)
            return KnownRecord(
                line: line, outcome: code, rowAfter: isThere ? "\(number)|name \(number)|1|1|" : nil)
        }
        if operation == .delete { return KnownRecord(line: "\(number)", outcome: "deleted", rowAfter: nil) }
        let cells = ["\(number)", "name \(number)", "\(number + 1)", "2", "note \(number)"]
        return KnownRecord(
            line: cells.joined(separator: ","), outcome: isThere ? "updated" : "created",
            rowAfter: cells.joined(separator: "|"))
    }

    private func fault(_ number: Int) -> (line: String, code: String) {
        let missing = number + 10_000_000
        let faults =
            operation == .delete
            ? [
                ("zero", "INVALID_VALUE"), ("\(number)", "FOREIGN_KEY_VIOLATION"),
                ("\(missing)", "RECORD_NOT_FOUND"),
            ]
            : [
                ("\(number),name \(number),zero,2,", "INVALID_VALUE"),
                ("\(number),taken,5,2,", "DUPLICATE_KEY"),
                ("\(number),name \(number),5,9,", "FOREIGN_KEY_VIOLATION"),
                operation == .update
                    ? ("\(missing),name \(number),5,2,", "RECORD_NOT_FOUND")
                    : ("\(number),name \(number),-1,2,", "CHECK_VIOLATION"),
            ]
        return faults[number / Self.badEvery % faults.count]
    }
}
