/// Words behind `/v1` that lead elsewhere than to the table of that name; such a table is reached under `/v1/tables`.
enum ServerWords {
    static let all: Set<String> = [
        "batch", "bulk", "bulk-update", "import", "jobs", "events", "webhooks", "uploads", "graphql",
        "tables",
    ]
}
