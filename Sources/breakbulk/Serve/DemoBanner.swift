/// What `breakbulk demo` prints once it serves: where, with which key, and what to try.
struct DemoBanner {
    /// Without a slash at the end.
    let baseURL: String
    let key: String
    let tenant: String
    /// Without secrets.
    let database: String
    /// How this program was called, so that the commands can be pasted.
    let program: String

    private var tables: String { SampleTable.allCases.map(\.rawValue).joined(separator: ", ") }

    private let process =
        #"{"operation":"status-update","filters":{"status":"PENDING"},"updates":{"status":"PROCESSING"}}"#

    var lines: [String] {
        [
            "",
            "Breakbulk demo: \(baseURL)/v1 over \(database) (tables \(tables))",
            "Key for tenant \(tenant): \(key)",
            "",
            "Paste into another terminal:",
            "",
            "  export BREAKBULK_URL=\(baseURL) BREAKBULK_KEY=\(key)",
            "  \(program) sample sales --rows 100000 --bad 1 --first-id 2000001 | \(program) load - --into sales",
            "  \(program) export --query \"SELECT status, count(*) AS sales FROM sales GROUP BY status\"",
            "  curl -sH \"Authorization: Bearer $BREAKBULK_KEY\" $BREAKBULK_URL/v1/orders/bulk-process -d '\(process)' | tail",
            "",
            "Ctrl-C stops it; the database stays.",
        ]
    }
}
