import BulkModel
import Engine
import Formats
import Planning
import Testing

@testable import StoreConformance
@testable import StorePostgres

@Suite("A selection and other writers")
struct SelectionRaceTests {
    private static let table = """
        CREATE TABLE parcels (id int PRIMARY KEY, status text NOT NULL DEFAULT 'NEW', weight int);
        INSERT INTO parcels (id) SELECT generate_series(1, 8)
        """

    @Test("a record that another writer changes under the chunk is judged again, in fewer records")
    func changed() async throws {
        let bench = try await ApplyBench(Self.table)
        let selection = try await SelectionBench(
            bench.fixture, .update, .having("status", "NEW"), set: ["status": "SENT"])
        let other = try await OtherWriter(bench)
        try await other.execute("BEGIN; UPDATE parcels SET status = 'LOST' WHERE id = 3")
        async let first = selection.apply(max: 8)
        try await other.waitForWaiting()
        try await other.execute("COMMIT")
        try await #expect(first.keys == "1 2 4 5")
        let second = try await selection.apply(first: 5, after: .integer(5), max: 8)
        #expect(second.keys == "6 7 8")
        #expect(second.job.state == .jobComplete)
        #expect(try await selection.values("status") == "SENT SENT LOST SENT SENT SENT SENT SENT")
    }

    @Test("a record that stays as it was, because the other writer gave up, is taken with the others")
    func kept() async throws {
        let bench = try await ApplyBench(Self.table)
        let selection = try await SelectionBench(bench.fixture, .delete, .everything)
        let other = try await OtherWriter(bench)
        try await other.execute("BEGIN; UPDATE parcels SET status = 'LOST' WHERE id = 3")
        async let first = selection.apply(max: 9)
        try await other.waitForWaiting()
        try await other.execute("ROLLBACK")
        try await #expect(first.outcomes == "deleted*8")
    }

    @Test("a lock that is not had in time makes the chunk come again later, with nothing of it applied")
    func lockTimeout() async throws {
        var limits = PostgresFixture.limits
        limits.lockWaitMax = .milliseconds(200)
        let bench = try await ApplyBench(Self.table, limits: limits)
        let selection = try await SelectionBench(bench.fixture, .delete, .everything)
        let other = try await OtherWriter(bench)
        try await other.execute("BEGIN; UPDATE parcels SET status = 'LOST' WHERE id = 3")
        await #expect { try await selection.apply(max: 8) } throws: { ($0 as? StoreError)?.code == .busy }
        try await other.execute("ROLLBACK")
        #expect(try await selection.values("id") == "1 2 3 4 5 6 7 8")
        #expect(try await selection.apply(max: 8).outcomes == "deleted*8")
    }

    /// Counts how often each row became SENT.
    private static let counted = """
        CREATE TABLE parcels (id int PRIMARY KEY, status text NOT NULL DEFAULT 'NEW', weight int);
        INSERT INTO parcels SELECT n * 2, 'NEW', n % 5 FROM generate_series(1, 400) AS n;
        CREATE TABLE sendings (parcel int);
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN INSERT INTO sendings VALUES (NEW.id); RETURN NEW; END $$;
        CREATE TRIGGER note AFTER UPDATE OF status ON parcels FOR EACH ROW
            WHEN (NEW.status = 'SENT') EXECUTE FUNCTION note()
        """

    /// One statement each: rows with weight 0 stop matching, 1 may come to match, others stay as they are.
    private static func disturbance(_ round: Int) -> String {
        let id = 2 * (round * 37 % 400 + 1)
        return switch round % 4 {
        case 0: "UPDATE parcels SET status = 'LOST' WHERE id = \(id) AND weight = 0 AND status = 'NEW'"
        case 1: "UPDATE parcels SET weight = weight WHERE id BETWEEN \(id) AND \(id + 20)"
        case 2: "INSERT INTO parcels (id, weight) VALUES (\(id + 1), 9) ON CONFLICT DO NOTHING"
        default: "DELETE FROM parcels WHERE id = \(id) AND weight = 1"
        }
    }

    @Test("while others write, what matches from start to end is done exactly once, and nothing twice")
    func disturbed() async throws {
        let bench = try await ApplyBench(Self.counted)
        let selection = try await SelectionBench(
            bench.fixture, .update, .having("status", "NEW"), set: ["status": "SENT"])
        let other = try await OtherWriter(bench)
        async let chunks = selection.walk(max: 12)
        for round in 0..<300 { try await other.execute(Self.disturbance(round)) }
        let keys = try await chunks.flatMap(\.receipt.keys.all)
        #expect(Set(keys).count == keys.count)
        #expect(keys == keys.sorted { (Int($0.text) ?? 0) < (Int($1.text) ?? 0) })
        let sent = try await bench.rows("SELECT parcel FROM sendings ORDER BY parcel")
        #expect(sent == keys.map(\.text))
        let steady = (1...400).filter { $0 % 5 > 1 }.map { RecordKey.integer(Int64($0) * 2) }
        #expect(Set(keys).isSuperset(of: steady))
        let bound = try #require(selection.bound.lastKey.flatMap { Int($0.text) })
        #expect(bound == 800)
    }

    @Test("two readers of one operation, each with a store of its own, do every record once")
    func twoReaders() async throws {
        let bench = try await ApplyBench(Self.counted)
        let fixture = try #require(bench.fixture as? PostgresFixture)
        let selection = try await SelectionBench(
            bench.fixture, .update, .everything, set: ["status": "SENT"])
        let second = try await PostgresStore.open(url: fixture.url, limits: PostgresFixture.limits)
        defer { second.close() }
        let told = try await withThrowingTaskGroup(of: [RecordKey].self) { group in
            for store in [fixture.postgres, second] {
                group.addTask { try await Self.read(selection, from: store) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let all = (1...400).map { RecordKey.integer(Int64($0) * 2) }
        #expect(told == [all, all])
        let sent = try await bench.rows("SELECT parcel FROM sendings ORDER BY parcel")
        #expect(sent == all.map(\.text))
        #expect(try await fixture.postgres.job(selection.job)?.counts.updated == 400)
    }

    /// All keys in order: from receipts where another reader was ahead, else by the next chunk.
    private static func read(
        _ selection: SelectionBench, from store: PostgresStore
    ) async throws -> [RecordKey] {
        var keys: [RecordKey] = []
        while true {
            let receipts = try await store.receipts(of: selection.job, from: keys.count + 1, limit: 1)
            if let receipt = receipts.first, receipt.firstRecord == keys.count + 1 {
                keys += receipt.keys.all
                continue
            }
            if try await store.job(selection.job)?.state.isTerminal == true { return keys }
            let chunk = SelectionChunk(
                job: selection.job, plan: selection.plan, bound: selection.bound,
                firstRecord: keys.count + 1, after: keys.last, recordsMax: 7, now: Bench.now,
                options: ChunkOptions())
            do throws(StoreError) { _ = try await store.apply(chunk) } catch {
                guard error.code == .jobMoved || error.code == .busy else { throw error }
            }
        }
    }
}
