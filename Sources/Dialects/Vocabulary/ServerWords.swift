/// Words behind `/v1` that lead elsewhere than to the table of that name; such a table is reached under `/v1/tables`.
enum ServerWords {
    static let all: Set<String> = [
        "batch", "bulk", "bulk-update", "import", "jobs", "events", "webhooks", "uploads", "graphql",
        "tables",
    ]

    /// Words behind `/v1/{table}` that lead elsewhere than to the record of that id; such a record is reached under
    /// `/v1/tables/{table}`.
    static let behindTables: Set<String> = ["bulk-process"]
}
