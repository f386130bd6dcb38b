import Foundation
import Testing

/// A folder with a database of the tables given, and a key for tenant `acme`.
struct TestBench {
    let folder: TemporaryFolder
    let key: String

    var database: String { folder.path + "/data.db" }

    /// The table most tests load: an integer key, a unique name, a checked amount.
    static let items = """
        CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
            amount INTEGER NOT NULL CHECK (amount > 0), note TEXT);
        """

    init(schema: String = items) async throws {
        folder = try TemporaryFolder()
        let path = folder.path + "/data.db"
        let made = try await Binary.run([path, schema], program: "/usr/bin/sqlite3")
        try #require(made.status == 0, "sqlite3: \(made.errors)")
        let minted = try await Binary.run([
            "keys", "create", "--tenant", "acme", "--json", "--database", "sqlite:\(path)",
        ])
        try #require(minted.status == 0, "keys create: \(minted.errors)")
        let json = try JSONSerialization.jsonObject(with: Data(minted.output.utf8)) as? [String: Any]
        key = try #require(json?["key"] as? String)
    }

    func start(
        configuration: String? = nil, shellLimits: String? = nil, environment: [String: String] = [:]
    ) async throws -> ServerProcess {
        try await ServerProcess(
            in: folder, configuration: configuration, shellLimits: shellLimits, environment: environment)
    }

    func client(_ server: ServerProcess) -> BulkClient { BulkClient(url: server.url, key: key) }

    /// Rows of a query, run by the `sqlite3` shell beside the server; cells parted by `|`.
    func rows(_ sql: String) async throws -> [String] {
        let run = try await Binary.run(["-readonly", database, sql], program: "/usr/bin/sqlite3")
        try #require(run.status == 0, "sqlite3: \(run.errors)")
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
        #expect(ended["state"] == "JobComplete")
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
