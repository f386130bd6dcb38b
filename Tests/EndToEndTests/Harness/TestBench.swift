import Foundation
import PostgresHarness
import Testing

/// A folder and a database with the tables given, and a key for tenant `acme`.
struct TestBench {
    let folder: TemporaryFolder
    /// As `--database` takes it.
    let address: String
    let key: String

    /// The table most tests load: an integer key, a unique name, a checked amount. SQL that both databases take.
    static let items = """
        CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
            amount INTEGER NOT NULL CHECK (amount > 0), note TEXT);
        """

    init(on kind: DatabaseKind = .sqlite, schema: String = items) async throws {
        folder = try TemporaryFolder()
        switch kind {
        case .sqlite: address = "sqlite:\(folder.path)/data.db"
        case .postgres: address = try await PostgresCluster.shared().createDatabase()
        }
        key = try await Self.furnish(address, schema)
    }

    /// On a new database of that PostgreSQL server.
    init(cluster: PostgresCluster, schema: String = items) async throws {
        folder = try TemporaryFolder()
        address = try await cluster.createDatabase()
        key = try await Self.furnish(address, schema)
    }

    /// Makes the tables and a key.
    private static func furnish(_ address: String, _ schema: String) async throws -> String {
        _ = try await shell(schema, address: address)
        return try await mintKey("acme", address: address)
    }

    func start(
        configuration: String? = nil, shellLimits: String? = nil, uploads: String? = nil,
        environment: [String: String] = [:]
    ) async throws -> ServerProcess {
        try await ServerProcess(
            in: folder, database: address, configuration: configuration, shellLimits: shellLimits,
            uploads: uploads, environment: environment)
    }

    func client(_ server: ServerProcess) -> BulkClient { BulkClient(url: server.url, key: key) }

    /// Another key.
    func mintKey(_ tenant: String) async throws -> String { try await Self.mintKey(tenant, address: address) }

    /// Rows of a query, run by the database's own shell beside the server; cells parted by `|`.
    func rows(_ sql: String) async throws -> [String] { try await Self.shell(sql, address: address) }

    /// As `rows`, but waiting for the lock that a server's chunk holds on a SQLite file.
    func patientRows(_ sql: String) async throws -> [String] {
        guard address.hasPrefix("sqlite:") else { return try await rows(sql) }
        let path = String(address.dropFirst("sqlite:".count))
        let run = try await Binary.run(["-cmd", ".timeout 60000", path, sql], program: "/usr/bin/sqlite3")
        try #require(run.status == 0, "\(run.errors)")
        return run.output.split(separator: "\n").map(String.init)
    }

    private static func mintKey(_ tenant: String, address: String) async throws -> String {
        let minted = try await Binary.run([
            "keys", "create", "--tenant", tenant, "--json", "--database", address,
        ])
        try #require(minted.status == 0, "keys create: \(minted.errors)")
        let json = try JSONSerialization.jsonObject(with: Data(minted.output.utf8)) as? [String: Any]
        return try #require(json?["key"] as? String)
    }

    private static func shell(_ sql: String, address: String) async throws -> [String] {
        let isFile = address.hasPrefix("sqlite:")
        let run =
            isFile
            ? try await Binary.run(
                [String(address.dropFirst("sqlite:".count)), sql], program: "/usr/bin/sqlite3")
            : try await Binary.run(
                ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql, address],
                program: "/usr/bin/psql",
                // The database's own limits are for the server under test.
                environment: ["PGOPTIONS": "-c statement_timeout=0"])
        try #require(run.status == 0, "\(run.errors)")
        return run.output.split(separator: "\n").map(String.init)
    }

    /// A CSV of `items`, of which every `badEvery`th record is refused in one of three ways.
    static func csv(records: Int, firstID: Int = 1, badEvery: Int = .max) -> String {
        var text = "id,name,amount,note\n"
        for number in 0..<records {
            let id = firstID + number
            let isBad = number % badEvery == badEvery - 1
            switch (isBad, number / max(1, badEvery) % 3) {
            case (true, 0): text += "\(id),name \(id),zero,\n"
            case (true, 1): text += "\(id),name \(id - 1),5,\n"
            case (true, _): text += "\(id),name \(id),-1,\n"
            default: text += "\(id),name \(id),\(number + 1),note \(id)\n"
            }
        }
        return text
    }

    /// One outcome a record, and the rows of `items` are just the records that succeeded.
    func expectAgreement(_ client: BulkClient, job: String, records: Int) async throws {
        let ended = try await client.end(of: job)
        #expect(ended["state"] == "JobComplete", "\(ended.text)")
        let lines = try await client.send("GET", "/bulk/jobs/\(job)/results").text
            .split(separator: "\n").dropFirst().map {
                $0.split(separator: ",", omittingEmptySubsequences: false)
            }
        // Compared as whole: a difference of thousands of elements takes longer to print than to find.
        let isEveryRecordThereOnce = lines.map { Int($0[4]) } == Array(1...records)
        #expect(isEveryRecordThereOnce, "\(lines.count) outcomes")
        let loaded = lines.filter { $0[5] == "success" }.map { "\($0[0])|\($0[1])|\($0[2])|\($0[3])" }
        let stored = try await rows("SELECT * FROM items ORDER BY id")
        let isStoredAsAnswered = stored == loaded
        #expect(isStoredAsAnswered, "\(stored.count) rows, \(loaded.count) successes")
        #expect(ended.json["number_records_processed"] as? Int == records)
        #expect(ended.json["number_records_failed"] as? Int == records - loaded.count)
    }
}
